"""How texts announce an answer, in English and in other languages: patterns, as data."""

from __future__ import annotations

import re


def _words(*lines: str) -> str:
    """Alternatives of a pattern, from lines of phrases between bars."""
    return "|".join(lines)


# Words after the copula that lead to the value and say nothing about it.
_LEADS = _words(
    "therefore|thus|hence|then|so|simply|indeed|clearly|obviously|just|exactly|precisely|actually",
    "only|now|evidently|certainly|definitely|approximately|roughly|either|both|equal to|given by",
    "found to be|known to be|the (?:number|value|integer|letter|option|choice|answer)(?: is| of)?",
    "the (?:interval|point|(?:ordered )?pair|set|equation|matrix|vector|fraction|function|range)",
    "donc|entonces|daher|somit|quindi|dunque|portanto|então|logo",
    "options?|choices?|letter|answer|as follows|that",
)
_LEAD = rf"(?:[ \t*_:：=,]*(?:\b(?:{_LEADS})\b))*[ \t*_:：=]*"
_COPULAS = _words(
    "(?:is|are|was)(?:(?: then| thus| therefore| also)? (?:equal to|given by|found to be))?",
    "would be|should be|must be|will be|has to be|have to be|ought to be|can only be|equals?",
    "turns? out to be|comes? out (?:as|to be|to)|comes to|becomes",
)
_COPULA = rf"(?:{_COPULAS})\b"
_ENGLISH = _words(
    r"\banswers?\b(?! (?:choices|options)\b)\**(?P<gap>[ \t]*|[^\n.:=：]{1,60}?)"
    rf"(?:\b{_COPULA}|[:=：])",
    r"\bAns(?:wer)?\b[.)]?[ \t]*(?=[-$\\(]?[0-9])",
    r"\bans\b[.)]?[ \t]*[:=]|\banswer[ \t]+[-–—][ \t]+",
    r"\bI(?:['’]ll| will| would)? (?:choose|pick|select|go with)\b",
    r"\b(?:my|the) (?:choice|pick|selection) is\b",
    rf"\b(?:solutions?|result)\b[ \t]*{_COPULA}",
    r"\b(?:correct|right|best)\s+(?:options?|choices?|letter|statement|alternative)\b"
    rf"[^\n.:=]{{0,40}}?(?:\b{_COPULA}|[:=])",
    r"^[ \t#*_]*(?:the[ \t]+)?(?:final|correct)?[ \t]*answers?[ \t*_:]*\n",
)
# Elsewhere: a word for "answer", what may stand between, and the copula, by script.
_LATIN_WORDS = _words(
    "respuesta|r[ée]ponse|antwort|l[öo]sung|risposta|resposta|antwoord|svar(?:et)?|odpowied[źz]",
    "odpov[ěe][ďd]|cevap|yan[ıi]t|jawaban(?:nya)?|đáp (?:án|số)|jibu|vastaus|válasz",
    "răspuns(?:ul)?|odgovor|ответ|відповідь|отговор|απάντηση",
)
_LATIN_COPULAS = _words(
    "es|est|ist|lautet|è|é|is|är|er|to|je|jest|adalah|là|ni|on|este|равен|равна|равно|—|–|είναι"
)
_LATIN = (
    rf"\b(?:{_LATIN_WORDS})\b[^\n.:=：]{{0,30}}?"
    rf"(?:(?<!\w)(?:{_LATIN_COPULAS})(?!\w)|[:=：]|[ \t](?=[-$\\]?[0-9]))"
)
_CHINESE = _words(
    r"(?:答案|答)[^\n。，,：:是为為选選不0-9$\\]{0,12}?(?:应该|应当|应)?"
    r"(?:是|为|為|等于|选|選|[:：=])[:：]?",
    r"[选選][项項择擇][^\n]{0,4}?(?:是|为|為|[:：])[:：]?",
    r"(?:故|应|應|所以|因此)?[选選](?:择|擇)?[项項]?[:：]?[ \t]*(?=[(（]?[A-J]\b)",
)
_OTHERS = _words(
    r"(?:答え|正解|解答|回答)(?:は|[:：])",
    r"(?:정답|(?<!\w)답)(?:은|는|이)?[ \t]*[:：]?(?=[ \t]*\S)",
    r"(?:الإجابة|الجواب|جواب|پاسخ|התשובה|תשובה|उत्तर|উত্তর|คำตอบ|సమాధానం)"
    r"[^\n.:：0-9]{0,20}?(?:هو|هي|היא|הוא|คือ|है|[:：]|[ \t](?=[-$\\]?[0-9]))",
)
ANNOUNCEMENT = re.compile(
    f"(?:{_ENGLISH}|{_LATIN}|{_CHINESE}|{_OTHERS}){_LEAD}", re.IGNORECASE | re.MULTILINE
)
#: Cheap and necessary: a text without one of these announces nothing.
HINT = re.compile(
    _words(
        "ans|choi|choose|pick|select|go with|solution|result|correct|right|best|resp|r[ée]pon|antw",
        r"l[öo]sung|rispos|svar|odpo|cevap|yan[ıi]t|jawab|đáp|jibu|vastaus|válasz|răsp|odgov",
        r"[^\x00-\xff]",
    ),
    re.IGNORECASE,
)
FINAL = re.compile(r"\b(?:final|correct|right)\s+answer|最终答案|正确答案", re.IGNORECASE)
REVERSED = re.compile(
    r"\s*\b(?:is|are)\s+(?:indeed\s+)?"
    r"(?:(?:the|our|my)\s+(?:final|correct|right|required|desired|only|best)?\s*"
    r"(?:answer|solution|result|option|choice)s?|correct|right|the correct one)\b"
    r"(?!\s*(?:is|are|to\b|:))",
    re.IGNORECASE,
)
_CONCLUSIONS = _words(
    "therefore|thus|hence|so|finally|consequently|in conclusion|in total|altogether|overall",
    "as a result|por lo tanto|por tanto|donc|also|daher|quindi|portanto|logo|итак|следовательно",
    "dus",
)
CONCLUSION = re.compile(
    rf"\b(?:{_CONCLUSIONS})\b"
    "|因此|所以|综上(?:所述)?|于是|故|したがって|よって|따라서|그러므로",
    re.IGNORECASE,
)
#: Before an announcement or inside it: it is supposed, asked, doubted or denied.
_DOUBTS = _words(
    r"if|whether|unless|suppos\w+|assum\w+|thought|guess\w*|initially|might|may|maybe|perhaps",
    r"could|believed?|claim\w*|expected|doubt\w*|unlikely|wrong\w*|incorrect|not|never|neither",
    r"cannot|why|depends?|before|until|pretend\w*|imagine|someone|nobody|they say|says|said|thinks",
    "misread|tempting|hardly|scarcely|rarely|false|untrue|impossible",
)
DOUBT = re.compile(
    rf"\b(?:{_DOUBTS})\b|n['’]t\b|不是|并非|如果|假设|可能|约|大于|小于", re.IGNORECASE
)
#: In an announcement of another language: it is denied.
DENIED = re.compile(
    r"\b(?:no|nicht|kein|pas|não|non|не|nie|niet|inte|ikke|değil|bukan|không|ei)\b|ליס|ليس|אינה|לא|नहीं|ไม่",
    re.IGNORECASE,
)
#: In a computation, where "if" and "could" doubt nothing.
DENIAL = re.compile(
    r"\b(?:not|never|neither|cannot|maybe|perhaps|guess\w*|might|suppos\w+|wrong\w*|incorrect)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
#: After an answer: it is taken back.
_THAT = "(?:that|this|it|which|answer|value|result)"
_WRONG = _words(
    r"wrong|incorrect|not\s+(?:right|correct|true|it|the answer)|impossible|a mistake|mistaken",
    "false",
)
RETRACTED = re.compile(
    _words(
        rf"\A[\s$*.)\]}}]*(?:is|was|seems)\s+(?:\w+\s+)?(?:{_WRONG})\b",
        rf"\b{_THAT}(?:['’]s|\s+(?:is|was|must be|seems|looks))\s+(?:\w+\s+)?(?:{_WRONG})\b",
        rf"\b{_THAT}\s+(?:isn|wasn|can)['’]t\s+(?:be\s+)?(?:right|correct|true|it)\b",
        r"\b(?:scratch|strike|ignore|disregard|forget)\s+(?:that|this|it)\b",
        r"\bi\s+(?:have\s+)?made\s+an?\s+(?:mistake|error)\b",
    ),
    re.IGNORECASE,
)
#: The sentence after an answer offers another one.
HEDGED = re.compile(
    r"[^\n.]{0,100}?\b(?:unless\b|(?:otherwise|else|if not)\b[^\n.]{0,60}?[0-9]"
    r"|but\s+(?:it\s+|now\s+)?(?:is|should be|could be|might be|may be)\b[^\n.]{0,40}?[0-9]"
    r"|(?:if|when|for)\b[^\n.]{0,60}?\band\b[^\n.]{0,60}?[0-9][^\n.]{0,40}?\b(?:if|when|for)\b)"
    r"|(?:[^\n.]|\.(?=[0-9])){0,100}?\.\s\W*(?:or\b|maybe\b|perhaps\b|possibly\b|alternatively\b"
    r"|(?:but\s+|or\s+)?(?:it|the answer)\s+(?:could|might|may)\b)[^\n.]{0,60}?[0-9]",
    re.IGNORECASE,
)
