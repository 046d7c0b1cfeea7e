"""Keyset pages: page 200 costs what page 1 costs, and nothing shifts under the reader."""

from rest_framework.pagination import CursorPagination


class KeysetPagination(CursorPagination):
    """The API's pages, by id; `?page_size=` up to 1,000."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000
    ordering = "id"
