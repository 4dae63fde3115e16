"""An appeal and a sender make letters: which, in what language, with what words; all pure."""
