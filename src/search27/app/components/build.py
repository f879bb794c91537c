"""The build button, live progress and the report."""

from __future__ import annotations

import streamlit as st

from search27.app import formats
from search27.app.builds import Builds, Job
from search27.app.session import settings, texts
from search27.app.texts import Texts
from search27.types import BuildReport, FailedDocument, Progress

REFRESH_SECONDS = 0.5


@st.cache_resource(show_spinner=False)
def builds() -> Builds:
    """The app's one place to build."""
    return Builds()


def controls(label: str) -> None:
    """Draw the button, or the progress of the build under way, and what became of the last one."""
    if builds().running:
        _progress()
        return
    if st.button(label, type="primary", icon=":material/refresh:"):
        chosen = settings()
        builds().start(chosen.corpus, chosen.index)
        st.rerun()
    if job := builds().job:
        _outcome(job, texts())


@st.fragment(run_every=REFRESH_SECONDS)
def _progress() -> None:
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
    words = texts.stage_documents if step.stage == "documents" else texts.stage_passages
    return words.format(done=step.done, total=step.total), min(step.done / max(step.total, 1), 1.0)


def _outcome(job: Job, texts: Texts) -> None:
    if job.state == "stopped":
        st.info(texts.keep_stopped, icon=":material/stop_circle:")
    elif job.state == "failed":
        st.error(texts.keep_build_failed, icon=":material/error:")
        with st.expander(texts.error_details):
            st.text(job.error)
    elif job.report:
        _report(job.report, texts)


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
    for label, ids in (
        (texts.keep_added, report.added),
        (texts.keep_changed, report.changed),
        (texts.keep_removed, report.removed),
    ):
        if ids:
            with st.expander(f"{label} ({len(ids)})"):
                st.text("\n".join(ids))
    if report.warnings:
        documents = formats.publications(len(report.warnings), texts)
        with st.expander(texts.keep_warnings.format(documents=documents)):
            st.text("\n".join(f"{name}: {'; '.join(items)}" for name, items in report.warnings.items()))


def failures(failed: tuple[FailedDocument, ...], texts: Texts) -> None:
    """Files that could not be read: which, why, and what to do; nothing where there are none."""
    if not failed:
        return
    title = formats.count(len(failed), texts.keep_failed_one, texts.keep_failed_many, texts)
    st.subheader(title)
    st.caption(texts.keep_failed_lead)
    for row in failed:
        with st.container(border=True):
            st.text(row.id)
            st.text(f"{row.reason}\n{row.hint}")
