"""Builds what CDK uploads: `build/<target>/{core,deps,functions}`, for the emulator or for Lambda."""


class BuildError(Exception):
    """What kept a bundle from being built, in words for the person who builds."""
