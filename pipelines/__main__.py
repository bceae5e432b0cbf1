"""`python -m pipelines` is `school-safety`."""

from pipelines.cli import main

if __name__ == "__main__":
    main()
