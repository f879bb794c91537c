"""What runs in the background: how it is started, its progress, and what it did."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from search27.app import formats
from search27.app.builds import Builds, Job, Task
from search27.app.session import settings, texts
from search27.app.texts import Texts
from search27.types import BuildReport, FailedDocument, Progress, SyncReport

REFRESH_SECONDS = 0.5


@st.cache_resource(show_spinner=False)
def builds() -> Builds:
    """The app's one place to build."""
    return Builds()


def start(task: Task = "build") -> None:
    """Start a task and draw the page anew."""
    chosen = settings()
    builds().start(chosen.corpus, chosen.index, task)
    st.rerun()


def controls(label: str) -> None:
    """Draw the button, or the progress of the task under way, and what became of the last one."""
    if builds().running:
        progress()
        return
    if st.button(label, type="primary", icon=":material/refresh:"):
        start()
    outcome(texts())


@st.fragment(run_every=REFRESH_SECONDS)
def progress() -> None:
    """Draw how far the task under way is, and the button that stops it."""
    job = builds().job
    if job is None or job.state != "running":
        st.rerun()
    catalogue = texts()
    label, share = progress_label(job.progress, catalogue)
    st.progress(share, text=label)
    if st.button(catalogue.keep_stop, icon=":material/stop_circle:"):
        job.stop()
        st.rerun()


def progress_label(step: Progress | None, texts: Texts) -> tuple[str, float]:
    """Words and share in [0, 1] for one step."""
    if step is None:
        return texts.keep_running, 0.0
    if step.stage == "index":
        return texts.stage_index, 1.0
    words = {
        "listing": texts.stage_listing,
        "fetching": texts.stage_fetching,
        "documents": texts.stage_documents,
        "passages": texts.stage_passages,
    }[step.stage]
    return words.format(done=step.done, total=step.total), min(step.done / max(step.total, 1), 1.0)


def outcome(texts: Texts) -> None:
    """Draw what became of the last task; a plan is drawn where it was asked for."""
    job = builds().job
    if job is None or job.state == "running":
        return
    if job.state == "stopped":
        st.info(texts.keep_stopped, icon=":material/stop_circle:")
    elif job.state == "failed":
        _failure(job, texts)
    elif job.task != "plan":
        _done(job, texts)


def _failure(job: Job, texts: Texts) -> None:
    st.error(texts.keep_build_failed, icon=":material/error:")
    with st.expander(texts.error_details):
        st.text(job.error)


def _done(job: Job, texts: Texts) -> None:
    if job.sync is not None:
        sync_lists(job.sync, texts)
        if job.sync.index_kept:
            st.warning(texts.keep_stopped, icon=":material/warning:")
            st.text(texts.site_kept.format(reason=job.sync.index_kept))
    if job.report is not None:
        _report(job.report, texts)


def sync_lists(report: SyncReport, texts: Texts) -> None:
    """Draw what a sync did or would do, list by list."""
    added = texts.site_added if report.dry_run else texts.site_fetched
    changed = texts.site_changed if report.dry_run else texts.site_renewed
    removed = texts.site_removed if report.dry_run else texts.site_gone
    leaving = (*report.removed, *report.held) if report.dry_run else report.removed
    for label, items in ((added, report.added), (changed, report.changed), (removed, leaving)):
        _list(label, [f"{item.title} · {item.id}" for item in items])
    _list(texts.site_failed, [f"{row.id}\n{formats.failure(row, texts)}" for row in report.failed])


def _report(report: BuildReport, texts: Texts) -> None:
    if report.unchanged:
        st.success(texts.keep_unchanged, icon=":material/check_circle:")
    else:
        documents = formats.publications(report.documents, texts)
        passages = formats.passages(report.passages, texts)
        st.success(
            texts.keep_done.format(documents=documents, passages=passages), icon=":material/check_circle:"
        )
        encoded = formats.passages(report.passages_encoded, texts)
        st.caption(
            texts.keep_encoded.format(passages=encoded, seconds=formats.decimal(report.seconds, texts))
        )
    _list(texts.keep_added, report.added)
    _list(texts.keep_changed, report.changed)
    _list(texts.keep_removed, report.removed)
    if report.warnings:
        documents = formats.publications(len(report.warnings), texts)
        with st.expander(texts.keep_warnings.format(documents=documents)):
            for name, items in report.warnings.items():
                st.text("\n".join([name, *(formats.remark(item, texts) for item in items)]))


def _list(label: str, rows: Iterable[str]) -> None:
    lines = list(rows)
    if lines:
        with st.expander(f"{label} ({len(lines)})"):
            st.text("\n".join(lines))


def failures(failed: tuple[FailedDocument, ...], texts: Texts) -> None:
    """Files that could not be read: which, why, and what to do; nothing where there are none."""
    if not failed:
        return
    title = formats.count(len(failed), texts.keep_failed_one, texts.keep_failed_many, texts)
    st.header(title)
    st.caption(texts.keep_failed_lead)
    for row in failed:
        with st.container(border=True):
            st.text(row.id)
            st.text(formats.failure(row, texts))
