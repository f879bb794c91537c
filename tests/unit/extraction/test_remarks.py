from __future__ import annotations

from search27.extraction.remarks import REMARKS, recognised, remark


def test_every_remark_is_recognised_with_its_values() -> None:
    values = {"date": "2025-12-31", "page": "3"}
    for name, template in REMARKS.items():
        own = {key: value for key, value in values.items() if f"{{{key}}}" in template}
        assert recognised(remark(name, **own)) == (name, own)


def test_other_texts_are_not() -> None:
    assert recognised("notes.meta.yaml: unknown key 'titel'.") is None
    assert recognised(f"{REMARKS['no_main_text']} And more.") is None
