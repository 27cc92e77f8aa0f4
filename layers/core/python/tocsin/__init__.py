"""Tocsin's core: what all functions share."""

from tocsin.starting import prepare

prepare()
