package dev.symbolon.management;

import dev.symbolon.oauth.OAuthException;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Json;
import java.util.LinkedHashMap;
import java.util.List;

/// Why a call was not carried out (RFC 9457), with a code that never changes.
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Every code, with its HTTP status.
    enum Code {
        INVALID_REQUEST(400),
        INVALID_TOKEN(401),
        INSUFFICIENT_SCOPE(403),
        NOT_ALLOWED(403),
        NOT_FOUND(404),
        CONFLICT(409),
        PRECONDITION_FAILED(412),
        IDEMPOTENCY_KEY_REUSED(422);

        private final int status;

        Code(int status) {
            this.status = status;
        }

        int status() {
            return status;
        }

        String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        private String title() {
            var words = wire().replace('_', ' ');
            return Character.toUpperCase(words.charAt(0)) + words.substring(1);
        }
    }

    private final Code code;

    /// @param detail one sentence: what was wrong, and what to do
    Problem(Code code, String detail) {
        super(detail, null, false, false);
        this.code = code;
    }

    static Problem notFound(String what) {
        return new Problem(Code.NOT_FOUND, "There is no such " + what + " in this tenant.");
    }

    static Problem late() {
        return new Problem(Code.PRECONDITION_FAILED, "It was changed at this moment: read it again, and then decide.");
    }

    /// What a rule of the house refused.
    static Problem of(OAuthException refusal) {
        return new Problem(Code.INVALID_REQUEST, refusal.description());
    }

    Answer answer() {
        var problem = new LinkedHashMap<String, Object>();
        problem.put("type", "urn:symbolon:problem:" + code.wire());
        problem.put("title", code.title());
        problem.put("status", code.status());
        problem.put("detail", String.valueOf(getMessage()));
        problem.put("code", code.wire());
        var answer = new Answer(code.status(), List.of(), Json.write(problem))
                .with("Content-Type", "application/problem+json")
                .with("Cache-Control", "no-store");
        // RFC 6750 §3.
        return switch (code) {
            case INVALID_TOKEN -> answer.with("WWW-Authenticate", "Bearer error=\"invalid_token\"");
            case INSUFFICIENT_SCOPE -> answer.with("WWW-Authenticate", "Bearer error=\"insufficient_scope\"");
            default -> answer;
        };
    }
}
