"""Conversations for rounding the weights: the extension's own prompts and requests in other words, without answers.

Every one holds a passage of the calibration texts. The model's own answers are generated later.
"""

import json

from documents import Document
from qwen.text_prose import passage
from settings import PROJECT

PROMPTS = PROJECT / "media" / "prompts"
LANGUAGES = {"zh-CN": "Chinese (China)", "en": "English", "de": "German", "ja": "Japanese"}
CHARACTERS = {"zh": 500, "en": 1_300}
CODE_CHARACTERS = 1_600

# (template of the extension, language of the passage, its values)
BUILT_IN = (
    ("summarize", "en", {"languageName": "English", "length": "3 to 6 bullet points"}),
    ("summarize", "zh", {"languageName": LANGUAGES["zh-CN"], "length": "3 to 6 bullet points"}),
    ("summarize", "py", {"languageName": "English", "length": "one paragraph of two or three sentences"}),
    ("translate", "en", {"languageName": LANGUAGES["zh-CN"]}),
    ("translate", "md", {"languageName": LANGUAGES["zh-CN"]}),
    ("translate", "zh", {"languageName": LANGUAGES["en"]}),
    ("translate", "zh", {"languageName": LANGUAGES["en"]}),
    ("translate", "en", {"languageName": LANGUAGES["de"]}),
    ("rewrite", "en", {"wish": "Make it clear, correct and easy to read."}),
    ("rewrite", "zh", {"wish": "Make it shorter, for beginners."}),
    ("explain", "go", {"wish": ""}),
    ("explain", "rs", {"wish": "Why does it own what it owns?"}),
    ("explain", "sql", {"wish": "Explain in Chinese."}),
    ("fix", "js", {"wish": "'await' is only valid in async functions."}),
    ("fix", "en", {"wish": ""}),
    ("tests", "ts", {"wish": ""}),
    ("tests", "java", {"wish": "JUnit 5"}),
    ("document", "ts", {}),
    ("document", "c", {}),
    ("document", "kt", {}),
    ("continue", "en", {"wish": ""}),
    ("continue", "zh", {"wish": "用同样的语气。"}),
    ("chat", "py", {"text": "What does this return when the list is empty, and where would you log it?\n\n{passage}"}),
    ("chat", "yaml", {"text": "这个配置文件里每一项是做什么用的？\n\n{passage}"}),
)

# (language of the passage, the request)
OWN_WORDS = (
    ("en", "Summarize this in one sentence:\n\n{passage}"),
    ("en", "Give me a short title and five keywords for the following section.\n\n{passage}"),
    ("en", "把下面这段话翻译成中文，术语保留英文：\n\n{passage}"),
    ("en", "Rewrite this as a numbered list of steps. Leave nothing out.\n\n{passage}"),
    ("en", "Which commands or settings are mentioned here, and what is each one for?\n\n{passage}"),
    ("zh", "请用三句话概括下面的内容：\n\n{passage}"),
    ("zh", "Translate this into English, please:\n\n{passage}"),
    ("zh", "把这段文字改写得更正式一些，不要改变意思。\n\n{passage}"),
    ("zh", "这段话主要讲了什么？有哪些需要注意的地方？\n\n{passage}"),
    ("zh", "根据下面的内容写三个问题并给出答案。\n\n{passage}"),
    ("ts", "What is wrong with the error handling here?\n\n```ts\n{passage}\n```"),
    ("js", "请解释这段代码的作用，并说明每个参数：\n\n```js\n{passage}\n```"),
    ("py", "Write pytest tests for this:\n\n```python\n{passage}\n```"),
    ("go", "给下面的函数写文档注释（英文）。\n\n```go\n{passage}\n```"),
    ("rs", "Port this to Python and keep the names.\n\n```rust\n{passage}\n```"),
    ("cpp", "Review this. Mention only real problems.\n\n```cpp\n{passage}\n```"),
    ("cs", "Explain this class to somebody who knows Java.\n\n```csharp\n{passage}\n```"),
    ("php", "Can this be simpler? Show me the new version.\n\n```php\n{passage}\n```"),
    ("rb", "What does this do?\n\n```ruby\n{passage}\n```"),
    ("sh", "这个脚本安全吗？怎样改进？\n\n```bash\n{passage}\n```"),
    ("swift", "Write a doc comment for every public member.\n\n```swift\n{passage}\n```"),
    ("vue", "Convert this component to `<script setup>`.\n\n```vue\n{passage}\n```"),
    ("css", "How do I make this work in dark mode?\n\n```css\n{passage}\n```"),
    ("html", "Make this page accessible and tell me what you changed.\n\n```html\n{passage}\n```"),
)  # fmt: skip


def conversations(documents: dict[str, list[Document]]) -> list[Document]:
    """One document for each request, each with a passage of another file."""
    used: dict[str, int] = {}
    made: list[Document] = []
    for name, language, values in [*BUILT_IN, *((None, *request) for request in OWN_WORDS)]:
        if not documents.get(language):
            continue
        used[language] = used.get(language, -1) + 1
        source = documents[language][used[language] % len(documents[language])]
        text = middle_of(source.text, CHARACTERS.get(language, CODE_CHARACTERS))
        messages = from_template(name, source.path, text, values) if name else [user(values.replace("{passage}", text))]
        content = json.dumps(messages, ensure_ascii=False)
        made.append(Document("instructions", f"{len(made):02}-{name or 'own'}-{language}", "chat", content))
    return made


def middle_of(text: str, limit: int) -> str:
    """A passage that begins at a paragraph in the middle, or the whole of a short text."""
    start = text.find("\n\n", len(text) // 3) + 2
    return passage(text[start:] if len(text) - start > limit // 2 and start > 1 else text, limit).strip("\n")


def from_template(name: str, path: str, text: str, values: dict[str, str]) -> list[dict[str, str]]:
    """System and user message of one of the extension's prompts, filled as the extension fills it."""
    source = (PROMPTS / f"{name}.md").read_text("utf8").partition("# System\n")[2].partition("# Combine")[0]
    system, _, request = source.partition("# User\n")
    own = {key: value.replace("{passage}", text) for key, value in values.items()}
    filled = {"file": path.rsplit("/", 1)[-1], "part": "1", "parts": "1", "text": text} | own
    return [{"role": "system", "content": fill(system, filled)}, user(fill(request, filled))]


def fill(template: str, values: dict[str, str]) -> str:
    """Puts values in the place of `{{name}}`."""
    for name, value in values.items():
        template = template.replace("{{%s}}" % name, value)
    return template.strip()


def user(content: str) -> dict[str, str]:
    """What the user says."""
    return {"role": "user", "content": content}
