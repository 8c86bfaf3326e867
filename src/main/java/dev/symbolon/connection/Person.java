package dev.symbolon.connection;

import dev.symbolon.oauth.ClaimText;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Email.Standing;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.Profile;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// What is believed of a person whom another server describes.
final class Person {
    private static final int SUBJECT_MAX_CHARACTERS = 255;
    private static final int EMAIL_MAX_CHARACTERS = 254;
    // One @ with something on both sides and nothing that could end a line; the mail that arrives proves the rest.
    private static final Pattern EMAIL = Pattern.compile("[^\\s@\\p{Cntrl}]+@[^\\s@\\p{Cntrl}]+");

    private Person() {}

    /// What the other server calls the person for ever.
    ///
    /// @param where in its answer that was expected
    /// @throws UpstreamException when there is nothing, or nothing that can be kept
    static String subject(Optional<String> said, String where) {
        return said.filter(text -> text.length() <= SUBJECT_MAX_CHARACTERS && !OneLine.isBrokenBy(text))
                .orElseThrow(() -> UpstreamException.misconfigured(
                        "The answer has no " + where + " of 1 to " + SUBJECT_MAX_CHARACTERS + " characters."));
    }

    /// An address that the other server reports. It is verified only when that server says so and
    /// its connection is believed (FE-04).
    static Optional<Email> email(Connection connection, Optional<String> address, Predicate<String> isTrue) {
        return address.map(String::strip)
                .filter(text -> text.length() <= EMAIL_MAX_CHARACTERS
                        && EMAIL.matcher(text).matches()
                        && !OneLine.isBrokenBy(text))
                .map(text -> {
                    var isVerified =
                            isTrue.test("email_verified") && connection.rules().trustsEmail();
                    return new Email(text, isVerified ? Standing.VERIFIED : Standing.REPORTED);
                });
    }

    /// The profile. A telephone number is never verified here because somebody else says so.
    static Profile profile(Function<String, Optional<String>> claim) {
        var claims = new LinkedHashMap<String, String>();
        for (var name : ClaimText.NAMES) {
            if (!name.equals("phone_number_verified")) {
                claim.apply(name)
                        .flatMap(text -> ClaimText.fitted(name, text))
                        .ifPresent(text -> claims.put(name, text));
            }
        }
        if (claims.containsKey("phone_number")) {
            claims.put("phone_number_verified", "false");
        }
        return Profile.of(claims);
    }
}
