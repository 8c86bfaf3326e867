package dev.symbolon.cli;

import dev.symbolon.Mistake;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.store.SigningKeys.StoredKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `symbolon keys …`: what tokens are signed with.
final class KeyCommands {
    private final Surroundings surroundings;

    KeyCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command group() {
        return Command.group("keys", "The keys that sign tokens; they rotate on their own.")
                .with(list(), rotate(), withdraw());
    }

    private Command list() {
        return Command.of("list", "List the keys that a tenant publishes.", this::list)
                .tenant()
                .json();
    }

    private Command rotate() {
        return Command.of("rotate", "Make the next key of a tenant before its time.", this::rotate)
                .tenant()
                .option("--alg", "ALG", "Only of this algorithm: RS256, ES256 or EdDSA; when not given, of each.")
                .flag("--now", "It signs at once, because the present one may be known to somebody.")
                .footer("Without --now it is published first and signs after SYMBOLON_KEY_PUBLISHED_AHEAD, so that"
                        + " every application has it by then. With --now, applications that keep an old key set"
                        + " refuse tokens until they read the set again; most do so at the first unknown kid.");
    }

    private Command withdraw() {
        return Command.of(
                        "withdraw", "Take a key back that somebody may know, with all that it signed.", this::withdraw)
                .argument("KID", "Its kid; symbolon keys list shows it.")
                .tenant()
                .footer("Make the next key first: symbolon keys rotate --now. People are not signed out; their"
                        + " applications get new tokens at the next refresh.");
    }

    private void withdraw(Given given) {
        var kid = given.argument();
        surroundings.<Void>atTenant(given, (house, host) -> {
            switch (house.signingKeys().withdraw(host.id(), kid, surroundings.now())) {
                case WITHDRAWN ->
                    surroundings.say("Key " + kid + " is withdrawn. This server refuses its tokens within a"
                            + " second; others do when they read the key set again.");
                case STILL_NEEDED ->
                    throw new Mistake("Key " + kid + " is the only one of its algorithm that signs;"
                            + " make the next one first with: symbolon keys rotate --now");
                case UNKNOWN ->
                    throw new Mistake("Tenant " + host.id() + " publishes no key " + kid
                            + "; symbolon keys list shows those that it does.");
            }
            return null;
        });
    }

    private void list(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var now = surroundings.now();
            var rows = house.signingKeys().list(host.id(), now).stream()
                    .map(key -> row(key, now))
                    .toList();
            Sheet.print(surroundings, given, rows, "Tenant " + host.id() + " has no key yet.");
            return null;
        });
    }

    private static Map<String, Object> row(StoredKey key, Instant now) {
        var row = new LinkedHashMap<String, Object>();
        row.put("kid", key.kid());
        row.put("alg", key.algorithm().wire());
        row.put("state", state(key, now));
        row.put("signs_from", key.signsFrom().toString());
        row.put("retired_at", key.retiredAt().map(Instant::toString).orElse(""));
        return row;
    }

    private static String state(StoredKey key, Instant now) {
        if (key.signsFrom().isAfter(now)) {
            return "published, signs later";
        }
        return key.retiredAt().filter(at -> !at.isAfter(now)).isPresent() ? "retired, still published" : "signs";
    }

    private void rotate(Given given) {
        var algorithms = given.text("--alg")
                .map(text -> List.of(ClientCommands.algorithm(text)
                        .orElseThrow(() -> given.wrong(ClientCommands.unknownAlgorithm(text)))))
                .orElse(List.of(SigningAlgorithm.values()));
        surroundings.<Void>atTenant(given, (house, host) -> {
            for (var algorithm : algorithms) {
                var signsFrom = house.hosts().rotateNow(host.id(), algorithm, given.has("--now"));
                surroundings.say(signsFrom
                        .map(from -> "The next " + algorithm.wire() + " key is published and signs from " + from + ".")
                        .orElse("Another node has just made the next " + algorithm.wire() + " key."));
            }
            return null;
        });
    }
}
