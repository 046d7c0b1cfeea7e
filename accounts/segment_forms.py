"""The name of a segment; its conditions come from `accounts.facts.panel`."""

from django import forms


class SegmentForm(forms.Form):
    name = forms.CharField(max_length=80, label="Name")
    description = forms.CharField(max_length=400, required=False, label="What it is for")
    shared = forms.BooleanField(required=False, label="For everyone")
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
