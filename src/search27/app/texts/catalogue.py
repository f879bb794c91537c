"""What the app says, by name. `{…}` are filled with `str.format`."""

from __future__ import annotations

from dataclasses import dataclass

from search27.explore.atlas import PlaceKind
from search27.types import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """One language's texts. A count comes as `…_one` (also for 0 in French) and `…_many`."""

    language: str
    months: tuple[str, ...]
    first_of_month: str
    date: str
    undated: str
    kinds: dict[Kind, str]
    decimal_mark: str

    app_credit: str
    nav_ask: str
    nav_search: str
    nav_publications: str
    nav_keep_current: str
    sidebar_corpus: str
    sidebar_history: str

    publications_one: str
    publications_many: str
    passages_one: str
    passages_many: str

    page_one: str
    page_many: str
    page_in_file: str
    paragraph: str

    loading: str
    searching: str
    answering: str

    ask_title: str
    ask_lead: str
    ask_placeholder: str
    ask_followup: str
    ask_examples: str
    ask_example: str
    ask_new: str
    ask_empty: str
    ask_stop: str
    ask_stopping: str
    ask_stopped: str
    ask_completed: str
    ask_draft: str
    generating: str
    generate: str
    generate_help: str
    generate_remote: str
    generate_agreed: str
    followup_label: str
    followup_help: str
    followup_ask: str
    followup_as_typed: str
    followup_cancel: str
    withheld_one: str
    withheld_many: str
    withheld_lead: str

    answer_sources: str
    answer_source: str
    answer_newer: str
    answer_speaker: str
    answer_legend: str
    answer_written: str
    answer_quoted: str
    answer_related: str
    answer_confidence: str
    confidence_high: str
    confidence_medium: str
    confidence_low: str
    answer_export: str
    answer_copy: str
    answer_copy_help: str
    answer_file: str
    abstained_title: str
    abstained_filtered: str
    abstained_nearest: str
    abstained_suggestions: str
    remove_filters: str

    open_publication: str
    open_original: str
    also_in: str
    export_question: str
    export_sources: str
    export_word: str
    export_markdown: str
    export_bibliography: str
    page_open: str
    page_title: str
    page_drawing: str
    page_marked: str
    page_not_found: str
    page_alt: str
    page_before: str
    page_after: str
    page_of: str
    verdict_ask: str
    verdict_yes: str
    verdict_no: str
    verdict_why: str
    verdict_reasons: dict[str, str]
    verdict_passage: str
    verdict_passage_help: str
    verdict_passage_absent: str
    verdict_comment: str
    verdict_send: str
    verdict_cancel: str
    verdict_guards: str
    verdict_open: str
    verdict_undo: str

    filters: str
    filters_active: str
    filters_since: str
    filters_until: str
    filters_any_year: str
    filters_kinds: str
    filters_programmes: str
    filters_authors: str
    filters_categories: str

    nav_explore: str
    explore_title: str
    explore_lead: str
    explore_section: str
    explore_sections: dict[str, str]
    explore_none: str
    as_table: str
    year: str
    named_by_year: str
    named_in: str
    years_alt: str
    map_lead: str
    map_alt: str
    map_title: str
    map_date: str
    map_topic: str
    map_list: str
    map_choose: str
    programme: str
    programmes_lead: str
    programmes_alt: str
    programmes_choose: str
    programmes_none: str
    programmes_edit: str
    programmes_listed: str
    programmes_proposed: str
    programmes_how: str
    programmes_download: str
    glossary_lead: str
    glossary_filter: str
    glossary_none: str
    places_lead: str
    places_kind: str
    place_kinds: dict[PlaceKind, str]
    places_choose: str
    places_none: str
    tours_lead: str
    tours_choose: str
    tours_none: str
    tour_title: str
    tour_step: str
    search_title: str
    search_lead: str
    search_label: str
    search_placeholder: str
    search_sort: str
    sort_relevance: str
    sort_newest: str
    sort_oldest: str
    show_more: str
    search_found_one: str
    search_found_many: str
    search_found_in: str
    search_no_word: str
    search_grouped: str
    search_others_one: str
    search_others_many: str
    search_like: str
    search_like_title: str
    search_like_found: str
    search_like_gone: str
    search_back: str
    search_offers: str
    search_none: str
    search_none_hint: str
    search_none_filtered: str

    publications_title: str
    publications_lead: str
    publications_filter: str
    publications_none: str
    publication_back: str
    publication_unknown: str
    publication_unknown_hint: str
    publication_moved: str
    publication_by: str
    publication_modified: str
    publication_programmes: str
    publication_cited_one: str
    publication_cited_many: str
    publication_related: str
    publication_warnings: str
    publication_quote_marked: str

    keep_title: str
    keep_lead: str
    keep_built_at: str
    keep_details: str
    keep_encoder: str
    keep_size: str
    keep_generation: str
    keep_corpus: str
    keep_how: str
    keep_rebuild: str
    keep_build_first: str
    keep_stop: str
    keep_running: str
    stage_documents: str
    stage_passages: str
    stage_index: str
    keep_stopped: str
    keep_done: str
    keep_unchanged: str
    keep_build_failed: str
    keep_added: str
    keep_changed: str
    keep_removed: str
    keep_encoded: str
    keep_failed_one: str
    keep_failed_many: str
    keep_failed_lead: str
    failures: dict[str, str]
    remarks: dict[str, str]
    keep_warnings: str

    keep_sections: str
    keep_add: str
    keep_site: str
    keep_remove: str
    keep_versions: str
    upload_lead: str
    upload_label: str
    upload_choose: str
    upload_drop: str
    upload_reading: str
    upload_too_much: str
    upload_duplicate: str
    upload_replace: str
    upload_name: str
    upload_none: str
    upload_add_one: str
    upload_add_many: str
    site_lead: str
    site_address: str
    site_look: str
    site_again: str
    site_nothing: str
    site_added: str
    site_changed: str
    site_removed: str
    site_fetched: str
    site_renewed: str
    site_gone: str
    site_failed: str
    site_kept: str
    site_remove_one: str
    site_remove_many: str
    site_update: str
    site_tick: str
    remove_lead: str
    remove_label: str
    remove_placeholder: str
    remove_unread: str
    remove_shared: str
    remove_button: str
    remove_question: str
    remove_agree: str
    trash_title: str
    trash_removed: str
    trash_restore: str
    versions_lead: str
    versions_current: str
    versions_button: str
    versions_question: str
    versions_agree: str
    versions_done: str
    confirm_cancel: str
    correct_title: str
    correct_name: str
    correct_date: str
    correct_kind: str
    correct_how: str
    correct_save: str
    correct_empty: str
    correct_wait: str
    stage_listing: str
    stage_fetching: str
    login_title: str
    login_lead: str
    login_button: str
    login_who: str
    login_leave: str
    welcome_reader: str
    error_source: str
    error_extra: str

    welcome_title: str
    welcome_lead: str
    welcome_corpus: str

    error_unexpected: str
    error_encoder: str
    error_index: str
    error_settings: str
    error_corpus: str
    error_other: str
    error_id: str
    error_details: str
