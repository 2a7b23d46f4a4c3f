"""One trained model per family: five networks with one interface, made from the same pairs. See family.py."""
