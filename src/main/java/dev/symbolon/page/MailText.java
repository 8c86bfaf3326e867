package dev.symbolon.page;

import java.util.List;
import java.util.Optional;

/// A mail in words, before it is bytes: the same content once as text and once as HTML.
///
/// @param tenant who writes
/// @param subject the heading too
/// @param greeting where the person's name is known
/// @param code six digits
/// @param ways addresses with the words on their buttons, the main one first
/// @param asides in small print
public record MailText(
        Texts texts,
        String tenant,
        String subject,
        Optional<String> greeting,
        String text,
        Optional<String> code,
        List<Way> ways,
        List<String> asides) {
    /// A button.
    public record Way(String label, String href) {}

    public MailText {
        ways = List.copyOf(ways);
        asides = List.copyOf(asides);
    }

    /// The code as a person reads it: `123 456`.
    public Optional<String> grouped() {
        return code.map(digits -> digits.substring(0, 3) + " " + digits.substring(3));
    }

    /// What a program without HTML shows.
    public String plain() {
        var plain = new StringBuilder();
        greeting.ifPresent(line -> plain.append(line).append("\n\n"));
        plain.append(text).append("\n\n");
        grouped().ifPresent(digits -> plain.append(digits).append("\n\n"));
        ways.forEach(way ->
                plain.append(way.label()).append(":\n").append(way.href()).append("\n\n"));
        asides.forEach(line -> plain.append(line).append('\n'));
        return plain.append("\n-- \n").append(tenant).append('\n').toString();
    }

    /// The same as a document.
    public String html() {
        return Pages.mail(this);
    }
}
