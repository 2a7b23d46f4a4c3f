"""The translator's yardstick: a memory that answers with the translation of the nearest string it knows."""

from collections import Counter

from messages import Pair


def trigrams(text: str) -> Counter[str]:
    """Character trigrams of a lower-cased, padded text."""
    padded = f"  {text.lower()} "
    return Counter(padded[i : i + 3] for i in range(len(padded) - 2))


class Memory:
    """Answers with the translation of the most similar known string."""

    def __init__(self, pairs: list[Pair]) -> None:
        self.entries = [(trigrams(pair.english), pair) for pair in pairs]

    def translate(self, text: str) -> str:
        """Similarity is the Dice coefficient over trigrams."""
        wanted = trigrams(text)

        def similarity(entry: tuple[Counter[str], Pair]) -> float:
            shared = sum(min(count, entry[0][gram]) for gram, count in wanted.items() if gram in entry[0])
            return 2 * shared / (wanted.total() + entry[0].total())

        return max(self.entries, key=similarity)[1].chinese
