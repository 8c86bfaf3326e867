package dev.symbolon.cli;

/// Something that the operator can put right; the message is one sentence that says how. Exit status 1, no stack trace.
final class Mistake extends RuntimeException {
    private static final long serialVersionUID = 1;

    Mistake(String sentence) {
        super(sentence, null, false, false);
    }
}
