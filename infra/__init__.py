"""The CDK app: what AWS, or the emulator, runs. Of the product it reads the table and the environments."""
