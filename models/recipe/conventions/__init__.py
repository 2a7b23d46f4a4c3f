"""Tiny networks in the graph conventions of published exports, with transformers' own answers, as test fixtures."""
