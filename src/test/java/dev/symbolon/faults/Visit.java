package dev.symbolon.faults;

import dev.symbolon.spec.Browser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What one browser was told since it signed in: the ledger of a visitor. What is UNKNOWN was in flight at a kill.
final class Visit {
    /// Who signs in, known to one visitor only.
    static final class Person {
        final String email;
        String password;
        String formerPassword = "";
        boolean isChanged;
        Truth hasConsented = Truth.NO;

        Person(String email, String password) {
            this.email = email;
            this.password = password;
        }
    }

    enum Truth {
        YES,
        NO,
        UNKNOWN
    }

    /// A code that was answered; spent once a token request for it was.
    static final class Code {
        final String client;
        final String value;
        final Instant issuedAt = Instant.now();
        Truth isSpent = Truth.NO;

        Code(String client, String value) {
            this.client = client;
            this.value = value;
        }
    }

    /// The refresh tokens of one grant: the newest that was answered, and those before it.
    static final class Family {
        final Code code;
        final List<String> tokens = new ArrayList<>();
        String accessToken = "";
        boolean isAlive = true;
        boolean isInFlight;

        Family(Code code) {
            this.code = code;
        }

        String current() {
            return tokens.getLast();
        }

        /// Of the newest token that was answered.
        long generation() {
            return tokens.size();
        }
    }

    final Person person;
    final Browser browser;
    final List<Code> codes = new ArrayList<>();
    final List<Family> families = new ArrayList<>();
    Truth isSignedIn = Truth.YES;
    boolean isTouched = true;

    Visit(Person person, Browser browser) {
        this.person = person;
        this.browser = browser;
    }

    /// The server said that the session has ended: nothing that rests on it is honoured.
    void signedOut() {
        isSignedIn = Truth.NO;
        families.forEach(family -> family.isAlive = false);
    }
}
