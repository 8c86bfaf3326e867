package dev.symbolon.connection;

import dev.symbolon.oauth.UpstreamUser;
import java.util.List;
import java.util.Locale;

/// A person, and everything that another server said to describe them: for an operator who tries a
/// connection out.
public record Described(UpstreamUser user, List<Field> fields) {
    /// One member of an answer.
    ///
    /// @param name with dots between levels, as a mapping is written
    /// @param value in one line, cut
    public record Field(String name, String value, Source from) {}

    /// Which answer.
    public enum Source {
        ID_TOKEN,
        USERINFO,
        /// GitHub's `/user`.
        USER,
        /// GitHub's `/user/emails`.
        EMAILS;

        /// The name for people, for example `id_token`.
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Described {
        fields = List.copyOf(fields);
    }
}
