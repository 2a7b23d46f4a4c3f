"""The `export` step of the families that are compared: folders under .cache, in the form that ships and in an exact one."""

from families.export_family import rounded
from families.export_text import translate_task
from families.family_folder import write_family_folder
from family_train import read_family
from settings import FamilyPreset
from text_tasks import read_text_tokenizer

# Accuracy levels of 8-bit blocks: activations rounded to 8 bits as in what ships, or left alone, which gives PyTorch's tokens.
FORMS = {"int8": 4, "exact": 1}


def export_comparison(preset: FamilyPreset) -> None:
    """Writes <run>/int8 and <run>/exact. Not for git: only the translator that ships is committed."""
    network, text_format = rounded(read_family(preset)[0]), read_text_tokenizer(preset.data)
    tasks = [translate_task(to) for to in ("zh", "en")]
    for form, accuracy in FORMS.items():
        write_family_folder(preset.folder / form, network, text_format.tokenizer, tasks, accuracy)
        print(f"{preset.name}: {preset.folder / form}", flush=True)
