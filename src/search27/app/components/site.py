"""Bringing in what a site published: the plan first, then the sync."""

from __future__ import annotations

import streamlit as st

from search27.app import formats
from search27.app.components import build
from search27.app.session import settings
from search27.app.texts import Texts
from search27.types import SyncReport


def panel(catalogue: Texts) -> None:
    """Draw the button that looks for news, or the plan that it made."""
    st.write(catalogue.site_lead)
    st.text(catalogue.site_address.format(site=settings().site))
    job = build.builds().job
    if job is not None and job.task == "plan" and job.state == "done" and job.sync is not None:
        _plan(job.sync, catalogue)
        return
    if st.button(catalogue.site_look, icon=":material/travel_explore:"):
        build.start("plan")


def _plan(plan: SyncReport, catalogue: Texts) -> None:
    build.sync_lists(plan, catalogue)
    leaving = len(plan.removed) + len(plan.held)
    if not (plan.added or plan.changed or leaving):
        st.success(catalogue.site_nothing, icon=":material/check_circle:")
    agreed = True
    if leaving:
        agreed = st.checkbox(
            formats.count(leaving, catalogue.site_remove_one, catalogue.site_remove_many, catalogue),
            key="site-removals",
        )
    with st.container(horizontal=True):
        # What is held back stays in the corpus without consent; the few others leave with any sync.
        ready = bool(plan.added or plan.changed or (agreed and leaving)) and (agreed or not plan.removed)
        if st.button(catalogue.site_update, type="primary", icon=":material/sync:", disabled=not ready):
            build.start("sync-removals" if agreed and plan.held else "sync")
        if st.button(catalogue.site_again, icon=":material/travel_explore:"):
            build.start("plan")
    if leaving and not ready:
        st.caption(catalogue.site_tick)
