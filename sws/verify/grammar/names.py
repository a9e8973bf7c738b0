"""Names that expressions use: functions with their aliases, constants and Greek letters."""

from sws.verify.vocabulary import words_of

GREEK = frozenset(
    words_of(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda "
        "mu nu xi rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi "
        "Pi Sigma Upsilon Phi Psi Omega ell hbar"
    )
)
TYPED_GREEK = GREEK - {"mu", "nu", "xi", "Xi", "ell", "Pi"}  # of two letters: a product
#: Marks over a letter that make it another; vectors and segments have an algebra of their own.
ACCENTS = frozenset({"dot", "ddot", "bar", "tilde"})
CONSTANTS = {"pi": "pi", "infty": "oo", "oo": "oo", "inf": "oo", "infinity": "oo"}
FUNCTIONS = {
    name: [*others.split(), name]
    for name, others in {
        "sin": "", "cos": "", "tan": "tg", "cot": "ctg", "sec": "", "csc": "cosec",
        "asin": "arcsin", "acos": "arccos", "atan": "arctan arctg", "acot": "arccot",
        "sinh": "sh", "cosh": "ch", "tanh": "th", "coth": "", "asinh": "arcsinh arsinh",
        "acosh": "arccosh arcosh", "atanh": "arctanh artanh", "ln": "", "log": "", "lg": "log10",
        "log2": "", "exp": "", "gcd": "", "lcm": "", "max": "", "min": "", "floor": "", "ceil": "",
        "abs": "", "cis": "", "binomial": "comb nCr", "factorial": "", "sqrt": "", "cbrt": "",
        "arg": "", "sgn": "sign", "det": "", "Re": "", "Im": "",
    }.items()
}  # fmt: skip
FUNCTION_OF = {alias: name for name, aliases in FUNCTIONS.items() for alias in aliases}
FUNCTION_NAMES = frozenset(FUNCTION_OF) | GREEK | frozenset(CONSTANTS)
INVERSES = {"sin": "asin", "cos": "acos", "tan": "atan", "cot": "acot", "sinh": "asinh",
            "cosh": "acosh", "tanh": "atanh"}  # fmt: skip
FRACTIONS = frozenset({"\\frac", "\\sfrac"})
BIG = {"\\sum": "sum", "\\prod": "prod", "\\int": "int", "\\lim": "lim"}
