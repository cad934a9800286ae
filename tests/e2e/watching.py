"""What a page must not do: ask anything outside of the app, or write errors to the console."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from tests.e2e.app_process import App

LOCAL = ("data:", "blob:", "about:")


class Watch:
    """Collects from every page of a context. `allow` names the errors a test provokes on purpose."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self._home = home
        self._allowed: list[str] = []
        self.errors: list[str] = []
        self.requests: list[str] = []
        context.on("request", self._asked)
        context.on("page", self._opened)

    def allow(self, pattern: str) -> None:
        """Errors that match this regular expression are expected."""
        self._allowed.append(pattern)

    def allow_absence(self) -> None:
        """The server will be away for a while."""
        self.allow(r"net::ERR_|Failed to fetch|NetworkError|The server is not answering|Connection errored out")

    def strangers(self) -> list[str]:
        """Requests to anywhere but the app."""
        return [url for url in self.requests if not url.startswith((self._home + "/", *LOCAL))]

    def complaints(self) -> list[str]:
        """Errors nobody expected."""
        return [error for error in self.errors if not any(re.search(each, error) for each in self._allowed)]

    def _opened(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(f"page error: {error}"))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")


class Visitor:
    """Somebody with a browser of their own: a context, its pages, and what went wrong in them."""

    def __init__(self, context: BrowserContext, app: App) -> None:
        self.context = context
        self.app = app
        self.watch = Watch(context, app.url)

    def page(self, address: str = "/") -> Page:
        """A new page at an address of the app."""
        page = self.context.new_page()
        page.goto(self.app.url + address)
        return page
