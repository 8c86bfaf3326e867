package dev.symbolon.dashboard;

import java.util.Optional;

/// What a page says first, after something was done.
public enum Said {
    SAVED("Saved."),
    CREATED("Created."),
    REMOVED("Removed."),
    ADDED("Added. It counts at once."),
    SWITCHED_OFF("Switched off."),
    SWITCHED_ON("Switched on."),
    ENDED("Ended."),
    SENT("Sent."),
    WELCOME("Welcome. You own this tenant now.");

    private final String sentence;

    Said(String sentence) {
        this.sentence = sentence;
    }

    /// The sentence.
    public String sentence() {
        return sentence;
    }

    /// What a page was asked to say.
    static Optional<Said> of(String name) {
        for (var said : values()) {
            if (said.name().equals(name)) {
                return Optional.of(said);
            }
        }
        return Optional.empty();
    }
}
