r"""Notations: pairs that a mathematician calls equal, and pairs that differ by little.

A line holds gold ~ answer. Each pair that differs is refused in either direction, but for the two
conventions that depend on which side is the gold answer.
"""

from collections.abc import Iterator

import pytest

from sws.verify import Verifier

EQUAL = r"""
4.5e33 ~ 4.5 \times 10^{33}
4.5e33 ~ 4.5\cdot10^{33}
1.6e-19 ~ 1.6\times10^{-19}\text{ C}
3e8 ~ 300000000
2e3 ~ 2000
6.02e23 ~ 6.02E23
x=1, y=2 ~ (1,2)
(1,2) ~ x=1 \text{ and } y=2
x=1,y=2,z=3 ~ (x,y,z)=(1,2,3)
(x, y) = (1, 2) ~ (1, 2)
0 ~ \cos\frac{\pi}{2}
0 ~ \log 1
0 ~ x-x
0 ~ \sin 180^\circ
\sum_{i=1}^{10} i^2 ~ 385
\prod_{k=1}^{5} k ~ 120
\sum_{i=0}^{n} 2^i ~ 2^{n+1}-1
\sum_{n=1}^{\infty} \frac{1}{n(n+1)} ~ 1
\int_0^1 2x\,dx ~ 1
\int_0^\pi \sin x\,dx ~ 2
5\text{ km} ~ 5000\text{ m}
36\text{ km/h} ~ 10\text{ m/s}
1\text{ kWh} ~ 3.6\text{ MJ}
0^\circ\text{C} ~ 273.15\text{ K}
1\text{ hour} ~ 60\text{ min}
1.5\text{ L} ~ 1500\text{ mL}
90^\circ ~ \frac{\pi}{2}
12,345x ~ 12345x
1,234,567 ~ 1234567
\frac{1,234}{5} ~ 246.8
10{,}000\pi ~ 10000\pi
\{1,2,3\} ~ \{3,2,1\}
(-\infty, 2) ~ x<2
]2,7[ ~ (2,7)
]2,7] ~ (2,7]
|x|<2 ~ -2<x<2
|x|\ge 2 ~ x\le -2 \text{ or } x \ge 2
\mathbb{R} ~ \text{all real numbers}
\mathbb{R} ~ (-\infty,\infty)
(2,7] ~ 2 < x \leq 7
[2,\infty) ~ x \geqslant 2
\{x: x>3\} ~ (3,\infty)
[3,5] ~ 3\le x\le 5
\emptyset ~ \{\}
\emptyset ~ \text{empty set}
(-\infty,-1]\cup[1,\infty) ~ x\ge 1\text{ or }x\le -1
17 ~ \bf{17}
17 ~ \color{blue} 17
17 ~ \underline{\underline{17}}
17 ~ __17__
17 ~ \textcolor{red}{17}
17 ~ \textbf{17}\ \text{ways}
17 ~ \large{\textbf{17}}
17 ~ \mathbf{17}
17 ~ $\displaystyle 17$
\begin{cases}x=1\\y=2\end{cases} ~ x=1,y=2
y=2x+1 ~ 2x-y+1=0
y=2x+1 ~ f(x)=2x+1
f(x)=x^2+1 ~ x^2+1
f(n)=2n ~ f(x)=2x
2\sqrt{3} ~ 2\sqrt{3} \approx 3.464
2\sqrt{3} ~ 3.464 \approx 2\sqrt{3}
\frac{1}{3} ~ \frac{1}{3} \approx 0.333
0.5 ~ \frac12 \text{ or } 0.5
x=\frac{\pi}{4}+k\pi ~ \frac{\pi}{4}+n\pi
x=\frac{\pi}{4}+k\pi, k\in\mathbb{Z} ~ x=\frac{\pi}{4}+n\pi, n\in\mathbb{Z}
x\equiv 5\pmod{12} ~ x\equiv 17\pmod{12}
x\equiv 5\pmod{12} ~ x \equiv 5 (mod 12)
3+4i ~ 4i+3
5(\cos 30^\circ+i\sin 30^\circ) ~ 5e^{i\pi/6}
2i ~ 2\mathrm{i}
\sqrt{-4} ~ 2i
\langle 1,2,3\rangle ~ (1,2,3)
\begin{bmatrix}1\\2\\3\end{bmatrix} ~ (1,2,3)
\begin{pmatrix}1&2\\3&4\end{pmatrix} ~ [[1,2],[3,4]]
\begin{pmatrix}1&2\\3&4\end{pmatrix} ~ \begin{bmatrix}1&2\\3&4\end{bmatrix}
[[1,2],[3,4]] ~ [[1, 2], [3, 4]]
2\vec{i}+3\vec{j} ~ \langle 2,3\rangle
1011_2 ~ 1011_{\text{two}}
1011_2 ~ 1011 \text{ (base 2)}
255 ~ FF_{16}
3:4 ~ 3/4
2:4:6 ~ 1:2:3
0.\overline{142857} ~ \frac17
0.1\overline{6} ~ 1/6
\binom{10}{3} ~ 120
{10 \choose 3} ~ 120
3:30 PM ~ 3:30 p.m.
3:30 \text{ PM} ~ 15:30
May 9 ~ 9 May
\text{July 4, 1776} ~ July 4 1776
\text{twenty-one} ~ 21
21 ~ twenty one
one half ~ 1/2
\text{two thirds} ~ \frac23
a<b<c ~ c>b>a
1<x<2 ~ 2>x>1
A>B>C ~ C<B<A
n\text{ odd} ~ n\text{ is odd}
\text{even} ~ Even
\text{Tuesday} ~ Tuesday
7 ~ 7\text{ m}^2
7 ~ 7 m²
7 ~ 7 km/h
7 ~ 7 apples
7 ~ 7\text{ years old}
\$7 ~ 7 dollars
7\% ~ 7 percent
\frac{7}{2} ~ 3.5
\frac{7}{2} ~ 3 1/2
\frac{7}{2} ~ 3\tfrac12
2^{31}-1 ~ 2147483647
10! ~ 3628800
\log_2 8 ~ 3
\ln e^3 ~ 3
e^{\ln 5} ~ 5
\sqrt[3]{27} ~ 3
\sqrt{12} ~ 2\sqrt{3}
\frac{1}{\sqrt{2}} ~ \frac{\sqrt2}{2}
\sin^2 x+\cos^2 x ~ 1
\tan x ~ \frac{\sin x}{\cos x}
x^2-1 ~ (x+1)(x-1)
\frac{x^2-1}{x-1} ~ x+1
pi/6 ~ \frac{\pi}{6}
1 + sqrt(2) ~ 1+\sqrt2
3.2 x 10^5 ~ 320000
3.2 × 10^5 ~ 320000
x**2 + 1 ~ x^2+1
exp(2) ~ e^2
e^{-x} ~ exp(-x)
(1, 2) ~ (1,2)
1, 2 ~ 2, 1
1, 2 ~ 1 \text{ and } 2
x = 1, 2 ~ 1, 2
x = 1 \text{ or } x = 2 ~ 1, 2
\pm 2 ~ 2, -2
\pm 2 ~ x = \pm 2
1 \pm \sqrt{2} ~ 1+\sqrt{2}, 1-\sqrt{2}
\frac{\sqrt{3}}{2} ~ \frac{1}{2}\sqrt{3}
AB=5 ~ 5
\text{Area} = 12 ~ 12
S = 12\pi \text{ cm}^2 ~ 12\pi
\triangle ABC ~ \triangle ABC
\angle A = 30^\circ ~ 30^\circ
30^\circ ~ 30
\text{A} ~ (A)
A ~ \textbf{(A)}
B ~ \text{B. } 42
2,4,6 ~ 2, 4, \text{ and } 6
y = \pm x ~ y=x, y=-x
x^2+y^2=4 ~ x^2+y^2-4=0
\text{no solution} ~ No solutions
(x-1)^2 ~ x^2-2x+1
100\,000 ~ 100000
-\frac{1}{2} ~ \frac{-1}{2}
\frac{a}{b} ~ a/b
2n+1 ~ 1+2n
\lfloor x \rfloor ~ \left\lfloor x \right\rfloor
5! ~ 120
C_{10}^3 ~ 120
\arcsin\frac12 ~ \frac{\pi}{6}
\frac{\ln 2}{\ln 3} ~ \log_3 2
1,2,\ldots,10 ~ 1, 2, \dots, 10
3 \times 4 ~ 12
2^3\cdot 3^2 ~ 72
\text{3 hours 30 minutes} ~ 3.5\text{ hours}
12 \text{ m/s}^2 ~ 12\,\mathrm{m\,s^{-2}}
5 \mathrm{~cm} ~ 5\text{ cm}
x \in [1,2] ~ [1,2]
1 \le x \le 2 ~ x\in[1,2]
k = -1 ~ -1
m\neq 2 ~ (-\infty,2)\cup(2,\infty)
f^{-1}(x)=\sqrt{x} ~ \sqrt{x}
P(x)=x^2+1 ~ x^2+1
a_n=2n-1 ~ 2n-1
\frac{n(n+1)}{2} ~ \binom{n+1}{2}
2^{n}+2^{n} ~ 2^{n+1}
0.(3) ~ 1/3
\text{(2, 3)} ~ (2,3)
(2, 3), (4, 5) ~ (4,5),(2,3)
\text{True} ~ true
1{,}000 ~ 10^3
\sqrt{2}+\sqrt{3} ~ \sqrt{3}+\sqrt{2}
-\infty ~ -oo
(x+2)(x-3)=0 ~ x^2-x-6=0
50\text{ cents} ~ \$0.50
3\text{ dozen} ~ 36
1.5 \text{ million} ~ 1500000
\text{12 o'clock} ~ 12 o'clock
\frac{5\pi}{6} ~ 150^\circ
\mathrm{e}^{2} ~ e^2
\text{Monday} ~ monday
\cos\theta + i\sin\theta ~ e^{i\theta}
\overline{AB} ~ \overline{AB}
3\sqrt{2}\text{ cm} ~ 3\sqrt2
9\ 000 ~ 9000
$(n-2) 2^{n}+1$ ~ n2^n - 2^{n+1} + 1
n 2^{n-1} ~ \frac{n}{2} 2^{n}
-1./3 ~ -\frac13
1.\times 10^3 ~ 1000
$(-6,6)$, $(2,6)$ ~ (2,6),(-6,6)
$x=2$ or $x=3$ ~ x=3 or x=2
$\sqrt{2}-1$,$\frac{3-\sqrt{2}}{7}$ ~ \frac{3-\sqrt2}{7}, \sqrt2-1
$(-\infty, 0) \cup\{1\}$. ~ \{1\} \cup (-\infty,0)
\lambda_{\text {red}} / \sqrt{2} ~ \frac{\lambda_{red}}{\sqrt2}
x_{0} \cos t+$ $\dot{x}_{0} \sin t ~ \dot x_0 \sin t + x_0\cos t
"""

DIFFERENT = r"""
(n-2) 2^{n}+1 ~ (n-2) 2^{n+1}
(2) 5 ~ 10
(2) 5^2 ~ 50
n2^{n-1} ~ n_2^{n-1}
3x^2 2^n ~ 3x^{22^n}
-1./3 ~ -1.3
$(-6,6)$, $(2,6)$ ~ (6,-6),(2,6)
$1$. $2$ ~ 1.2
$1$ $2$ ~ 12
$5$ and $6$ dollars ~ 56
$\{1\}$ or $\{2\}$ ~ \{1\}
\dot{x}_{0} ~ x_{0}
\bar{z} ~ z
\bar{z} ~ \tilde{z}
\lambda_{\text{red}} ~ \lambda_{\text{blue}}
2e3 ~ 3e2
3e8 ~ 24e
4.5e33 ~ 4.5e32
4.5e33 ~ 4.5
2\pi h ~ 2\pi
3xt ~ 3x
5\text{ Mg} ~ 5\text{ mg}
3\text{ kW} ~ 3\text{ kWh}
20^\circ\text{C} ~ 20^\circ\text{F}
5\text{ m} ~ 5\text{ m}^2
R/r ~ r/R
A-a ~ 0
n\text{ odd} ~ n\text{ even}
n\text{ odd} ~ n
x \text{ prime} ~ x
x=1, y=2 ~ (2,1)
y=2, x=1 ~ (2,1)
a=1,b=2 ~ a=2,b=1
\sum_{k=1}^{n} k ~ \sum_{k=1}^{m} k
\sum_{k=1}^{n} k ~ \sum_{k=0}^{n-1} k
\sum_{k=1}^{n} k ~ n
5 ~ 5\text{ or six}
5 ~ 5\text{ is wrong}
5 ~ 5\text{ pi}
5 ~ 5\text{ halves}
5 ~ 5\text{ hundred}
5 ~ 5\text{ tripled}
5 ~ 5\text{ less than}
5 ~ 5\text{ plus one}
5 ~ 5\text{ approx or 6}
5 ~ \text{five or six}
5 ~ 5\text{ to }7
5 ~ 5,6
5 ~ 5 \pm 1
5 ~ {5,6}
5 ~ 5x
5 ~ 5^x
5 ~ 5...
5 ~ 5 ...
5 ~ 55
5 ~ -5
5 ~ 5%%
5 ~ 5_x
5 ~ 5'6
5 ~ 5 6
5 ~ 5:6
5 ~ 5/6
5 ~ >5
5 ~ \ge 5
5 ~ \neq 5
5 ~ \text{at least }5
5 ~ \text{not }5
5 ~ 5?
5 ~ x=5 \text{ or } x=6
5 ~ 5=6
5 ~ 6=5
5 ~ (5,5)
5 ~ 5 \text{ if } x>0
5 ~ 5\text{ times}
5 ~ 5\text{ squared}
5 ~ 5\text{ negative}
5 ~ 5\text{ thousandths}
5 ~ 5 and 7
5 ~ \text{5th root}
2:5:9 ~ 2:9:5
3:4 ~ 4:3
101_2 ~ 101_3
5 ~ 101_2x
]2,7[ ~ [2,7]
(2,7) ~ [2,7)
|x|<2 ~ |x|>2
|x|<2 ~ x<2
\mathbb{R} ~ \text{all rational numbers}
\{1,2\} ~ \{1,3\}
\{1,2\} ~ \{1\}
\{1,2\} ~ \{1,2,3\}
(1,2),(3,4) ~ (1,2),(4,3)
\frac{\pi}{3}+2k\pi ~ \frac{\pi}{3}+2k
x\equiv 5\pmod{12} ~ x\equiv 6\pmod{12}
x\equiv 5\pmod{12} ~ x\equiv 5\pmod{13}
x\equiv 5\pmod{12} ~ 5
3+4i ~ 3-4i
3+4i ~ 4+3i
3+4i ~ 3+4x
\langle 1,2\rangle ~ \langle 2,1\rangle
[[1,2],[3,4]] ~ [[1,3],[2,4]]
[[1,2],[3,4]] ~ [1,2,3,4]
0.\overline{3} ~ 0.3
\binom{10}{3} ~ \binom{10}{4}
3:30 PM ~ 3:30 AM
3:30 PM ~ 3:45 PM
May 9 ~ May 8
May 9 ~ June 9
twenty-one ~ 22
a<b<c ~ a<c<b
a<b ~ a\le b
x^2 ~ x^3
x_1 ~ x_2
x^2 ~ X^2
\sin x ~ \cos x
\sin x ~ \sin y
\frac{1}{2} ~ \frac{1}{3}
\sqrt{2} ~ \sqrt{3}
\sqrt{2} ~ 1.4
\pi ~ 3.14
\frac{22}{7} ~ \pi
0.333 ~ 0.334
y=2x+1 ~ y=2x-1
y=2x+1 ~ x=2y+1
x^2+y^2=4 ~ x^2+y^2=2
f(x)=x^2 ~ f(x)=x^3
\begin{cases}x=1\\y=2\end{cases} ~ x=2,y=1
\text{Alice} ~ \text{Bob}
\text{increasing} ~ \text{decreasing}
\text{yes} ~ \text{no}
\text{True} ~ False
2\sqrt3 \approx 3.46 ~ 3\sqrt3
7\text{ cats} ~ 7\text{ dogs}
7\text{ km} ~ 7\text{ miles}
\$5 ~ 5 cents
5\% ~ 0.5
A ~ B
A ~ AB
AC ~ AB
(A) ~ (B) 12
\text{B. }42 ~ \text{C. }42
1,2,3 ~ 1,2,4
1,2 ~ 1
x=1\text{ or }2 ~ 1
\pm 2 ~ 2
10^{20} ~ 10^{20}+1
\frac{1}{10^{20}} ~ 0
e^{-50} ~ 0
10^{-12} ~ 2\cdot 10^{-12}
n! ~ (n+1)!
2^n ~ 2^{n-1}
k ~ n
2k ~ 2n
n^2 ~ k^2
\frac{n}{2} ~ \frac{m}{2}
x>3 ~ y>3
x=3 ~ y=3
m/s ~ s/m
\ln x ~ \log x^2
\max(a,b) ~ \min(a,b)
\lceil x\rceil ~ \lfloor x\rfloor
a\cdot b ~ a+b
ab ~ a+b
(a+b)^2 ~ a^2+b^2
\text{12 red} ~ \text{12 blue}
\frac{x}{y} ~ \frac{y}{x}
x^{-1} ~ -x
-x^2 ~ (-x)^2
2^{3^2} ~ 64
100 ~ 100!
1,000 ~ 1
1,000 ~ 1.000
12 ~ 1 2
12 ~ \frac{12}{}
12 ~ 12^2
12 ~ 12^{\circ}{}^2
12 ~ 12_{13}
13 ~ 12_{13}
x ~ \text{x or y}
\infty ~ -\infty
\infty ~ 0
(0,\infty) ~ [0,\infty)
(0,1) ~ (1,0)
\{0,1\} ~ (0,1)
3\text{ hours} ~ 3\text{ minutes}
2\text{ m/s} ~ 2\text{ m/s}^2
1\text{ Hz} ~ 1\text{ s}
AB\perp CD ~ AB\parallel CD
\text{Point }A ~ \text{Point }B
\text{3 and 4} ~ 34
3, 4 ~ 34
3, 4 ~ 7
\frac{3}{4} ~ 34
x^2+1 ~ x^2
2\times 3 ~ 2,3
"""

# A gold answer of three digits was rounded; a gold numeral is answered by its digits.
GOLD_FIRST = {(r"\pi", "3.14"), ("12", "12_{13}")}


def pairs(table: str) -> list[tuple[str, str]]:
    lines = table.strip().splitlines()
    return [(gold, answer) for gold, answer in (line.split(" ~ ") for line in lines)]


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    with Verifier(timeout_seconds=30) as verifier:
        yield verifier


@pytest.mark.parametrize(("gold", "answer"), pairs(EQUAL))
def test_equal(verifier: Verifier, gold: str, answer: str) -> None:
    assert verifier.equal(gold, answer) is True


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFERENT))
def test_different(verifier: Verifier, gold: str, answer: str) -> None:
    assert verifier.equal(gold, answer) is False
    if (gold, answer) not in GOLD_FIRST:
        assert verifier.equal(answer, gold) is False


@pytest.mark.parametrize("answer", [gold for gold, _ in pairs(EQUAL)])
def test_an_answer_equals_itself(verifier: Verifier, answer: str) -> None:
    assert verifier.equal(answer, answer) is True
