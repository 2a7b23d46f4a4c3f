"""How models/qwen2.5-coder-0.5b is made from the publisher's GGUF file: `python -m qwen` in models/recipe."""
