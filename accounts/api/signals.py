"""`POST /api/v1/signals/`: up to 10,000 signals in one request, each with what became of it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from accounts.choices import SignalKind
from accounts.services.signals_batch import DEFAULT_SOURCE, MOST, SignalItem, SignalResult, check_batch, post_signals

#: A request of 10,000 signals with long texts stays below this.
MAX_BYTES = 32 * 1024 * 1024
STATUSES = ("created", "exists", "unmatched", "error")


class SignalItemSerializer(serializers.Serializer[Any]):
    """One observation. Who it was at which company: any of account_id, account_external_id, domain, company, email."""

    kind = serializers.CharField(
        max_length=120, help_text=f"One of {', '.join(SignalKind.values)}, or the words that your tool uses for it."
    )
    occurred_at = serializers.DateTimeField(help_text="When; without an offset it is the workspace's time.")
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=60, default=DEFAULT_SOURCE, help_text="The system that saw it."
    )
    external_id = serializers.CharField(
        max_length=120, default="", allow_blank=True,
        help_text="Its id there: the same source and id are kept once. Without one, equal signals are kept once.",
    )  # fmt: skip
    account_id = serializers.IntegerField(default=None, allow_null=True, min_value=1, help_text="abxsite's own number.")
    account_external_id = serializers.CharField(
        max_length=120, default="", allow_blank=True, help_text="The account's id in account_source."
    )
    account_source = serializers.CharField(
        max_length=60, default="", allow_blank=True, help_text="The system of account_external_id; else source."
    )
    domain = serializers.CharField(
        max_length=500, default="", allow_blank=True, help_text="The visitor's domain, host or URL; never free-mail."
    )
    company = serializers.CharField(max_length=255, default="", allow_blank=True)
    email = serializers.EmailField(max_length=254, default="", allow_blank=True, help_text="The person's address.")
    visitor = serializers.CharField(
        max_length=254, default="", allow_blank=True, help_text="A visitor id where there is no address."
    )
    topic = serializers.CharField(max_length=200, default="", allow_blank=True)
    url = serializers.CharField(max_length=500, default="", allow_blank=True)
    weight = serializers.IntegerField(
        default=None, allow_null=True, min_value=0, max_value=32_000, help_text="Base points; else those of the kind."
    )


class SignalResultSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="The item's place in the batch, from 0.")
    status = serializers.ChoiceField(choices=[(status, status) for status in STATUSES])
    id = serializers.IntegerField(allow_null=True)
    account = serializers.IntegerField(allow_null=True)
    detail = serializers.CharField(help_text="Of an error: the sentence.")


class SignalBatchSerializer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    exists = serializers.IntegerField()
    unmatched = serializers.IntegerField(help_text="Kept, and waiting for a person to say which account it is.")
    error = serializers.IntegerField()
    results = SignalResultSerializer(many=True)


class SignalBatchView(APIView):
    """Signals in batches; marketers' and admins' tokens that may write."""

    @extend_schema(
        operation_id="signals_create",
        request=SignalItemSerializer(many=True),
        responses={200: SignalBatchSerializer},
        description=(
            f"Up to {MOST:,} signals. Sending the same batch twice creates nothing. Each item is answered by itself:"
            " created, exists, unmatched or error; an item that cannot be read keeps no other out."
        ),
        examples=[
            OpenApiExample(
                "A site visit", request_only=True,
                value=[{"kind": "site_visit", "occurred_at": "2026-11-02T09:30:00Z", "source": "web",
                        "external_id": "v-1", "domain": "acme.example", "url": "https://vendor.example/pricing"}],
            )
        ],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        user = request.user
        assert isinstance(user, User)
        check_batch(user, 0)
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
            raise DomainError(f"A batch has at most {MAX_BYTES // 1024**2} MiB. Send it in parts.")
        sent = request.data
        if not isinstance(sent, list):
            raise ParseError("Send a list of signals: [{…}, {…}].")
        check_batch(user, len(sent))
        items, errors = read_items(sent)
        results = sorted([*errors, *post_signals(actor=user, items=items)], key=lambda result: result.index)
        counts = dict.fromkeys(STATUSES, 0)
        for result in results:
            counts[result.status] += 1
        return Response(counts | {"results": [vars(result) for result in results]})


def read_items(sent: list[Any]) -> tuple[list[tuple[int, SignalItem]], list[SignalResult]]:
    """The items that can be read, with their index, and an error for each of the others."""
    reader = SignalItemSerializer()
    items, errors = [], []
    for index, one in enumerate(sent):
        try:
            found = reader.run_validation(one)
        except serializers.ValidationError as error:
            errors.append(SignalResult(index, "error", detail=_sentence(error.detail)))
        else:
            found["email"] = found["email"].lower()
            items.append((index, SignalItem(**found)))
    return items, errors


def _sentence(detail: Any) -> str:
    """`{"kind": ["This field is required."]}` → `kind: This field is required.`"""
    if not isinstance(detail, dict):
        return str(detail)
    parts = [
        f"{'' if name == 'non_field_errors' else f'{name}: '}{' '.join(map(str, said))}"
        for name, said in detail.items()
    ]
    return " ".join(parts)
