package dev.symbolon.connection;

import dev.symbolon.connection.UpstreamException.Kind;
import dev.symbolon.outbound.Outbound;
import dev.symbolon.outbound.Outbound.Answer;
import dev.symbolon.outbound.Outbound.Credentials;
import dev.symbolon.outbound.OutboundException;
import java.util.Map;
import java.util.Optional;

/// Calls to other servers, and what their failures mean for a connection.
final class Calls {
    private final Outbound outbound;

    Calls(Outbound outbound) {
        this.outbound = outbound;
    }

    /// A JSON document.
    ///
    /// @param what for sentences, for example `the userinfo endpoint`
    /// @throws UpstreamException when there is none
    Claims get(String what, String url, Optional<Credentials> credentials) {
        var answer = ask(url, credentials);
        if (answer.status() != 200) {
            throw failure(what, url, answer);
        }
        return Claims.parse(answer.body())
                .orElseThrow(() -> UpstreamException.misconfigured(
                        named(what, url) + " does not answer with JSON, but with " + type(answer) + "."));
    }

    /// A document that may not be there for us (403, 404).
    ///
    /// @throws UpstreamException for any other failure
    Optional<Claims> find(String what, String url, Optional<Credentials> credentials) {
        var answer = ask(url, credentials);
        if (answer.status() == 403 || answer.status() == 404) {
            return Optional.empty();
        }
        if (answer.status() != 200) {
            throw failure(what, url, answer);
        }
        return Claims.parse(answer.body());
    }

    private Answer ask(String url, Optional<Credentials> credentials) {
        try {
            return outbound.get(url, credentials);
        } catch (OutboundException e) {
            throw UpstreamException.of(e);
        }
    }

    /// An answer to a form, whatever its status.
    ///
    /// @throws UpstreamException when there is none
    Answer post(String url, Map<String, String> form, Optional<Credentials> credentials) {
        try {
            return outbound.post(url, form, credentials);
        } catch (OutboundException e) {
            throw UpstreamException.of(e);
        }
    }

    /// What a status means that is none of success.
    static UpstreamException failure(String what, String url, Answer answer) {
        var sentence = named(what, url) + " answers with the status " + answer.status() + ".";
        return switch (answer.status()) {
            case 401, 403 -> UpstreamException.answered(Kind.REFUSED, Integer.toString(answer.status()), sentence);
            case 408, 425, 429 -> UpstreamException.unreachable(sentence);
            default ->
                answer.status() >= 500
                        ? UpstreamException.unreachable(sentence)
                        : UpstreamException.misconfigured(sentence);
        };
    }

    static String named(String what, String url) {
        return what + " " + UpstreamException.shown(url, 200);
    }

    static String type(Answer answer) {
        return answer.type().isEmpty() ? "something of no type" : UpstreamException.shown(answer.type(), 60);
    }
}
