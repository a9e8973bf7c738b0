"""One training run as a program, for `accelerate launch`: STUDENT OUT CONFIG-JSON."""

import json
import sys

from sws.config.rl import RLConfig
from sws.rl.run import train

PROBLEMS = [
    {"problem_id": f"p{i}", "problem": f"{i}+{i % 3}=?", "answer": str(i + i % 3)}
    for i in range(10)
]


def main() -> None:
    student, out, config = sys.argv[1:4]
    train(RLConfig(**json.loads(config)), student, PROBLEMS, out, "run", 1, max_tokens=8)


if __name__ == "__main__":
    main()
