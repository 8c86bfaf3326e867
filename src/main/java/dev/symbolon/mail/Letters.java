package dev.symbolon.mail;

import dev.symbolon.mail.Mail.Kind;
import dev.symbolon.mail.Mail.Value;
import dev.symbolon.page.MailText;
import dev.symbolon.page.MailText.Way;
import dev.symbolon.page.Texts;
import dev.symbolon.web.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds the words of a mail, in the person's language.
final class Letters {
    private static final int MINUTES_OF_HOURS = 120;

    private Letters() {}

    static Letter write(Host host, Mail mail) {
        var texts = Texts.of(mail.language());
        var kind = "mail." + mail.kind().name().toLowerCase(Locale.ROOT);
        var app = value(mail, Value.APP).orElse(host.name());
        var other = value(mail, Value.PROVIDER)
                .or(() -> value(mail, Value.NEW_EMAIL))
                .orElse("");
        var words = new MailText(
                texts,
                host.name(),
                texts.text(kind + ".subject", app, other),
                value(mail, Value.PERSON).map(name -> texts.text("mail.hello", name)),
                isOnlyLink(mail) && mail.kind() != Kind.EMAIL_CHANGED
                        ? linkText(mail, texts, app)
                        : texts.text(kind + ".text", app, other),
                value(mail, Value.CODE),
                ways(host, mail, texts),
                asides(mail, texts, app));
        return new Letter(mail.to(), host.name(), mail.language(), words.subject(), words.plain(), words.html());
    }

    // An application's page asked, and has no place for a code.
    private static boolean isOnlyLink(Mail mail) {
        return value(mail, Value.LINK).isPresent() && value(mail, Value.CODE).isEmpty();
    }

    private static String linkText(Mail mail, Texts texts, String app) {
        return mail.kind() == Kind.SIGN_UP
                ? texts.text("mail.sign_up_by_link", app)
                : texts.text("mail.recover_by_link", app);
    }

    private static List<Way> ways(Host host, Mail mail, Texts texts) {
        var ways = new ArrayList<Way>();
        var open = mail.kind() == Kind.EMAIL_CHANGED ? texts.text("mail.undo_link") : texts.text("mail.open");
        value(mail, Value.LINK).ifPresent(href -> ways.add(new Way(open, href)));
        value(mail, Value.SIGN_IN_LINK).ifPresent(href -> ways.add(new Way(texts.text("mail.sign_in_link"), href)));
        value(mail, Value.RECOVER_LINK).ifPresent(href -> ways.add(new Way(texts.text("mail.recover_link"), href)));
        if (isAlarm(mail) && mail.kind() != Kind.ACCOUNT_DELETED) {
            ways.add(new Way(texts.text("self.title"), host.issuer().at("/account")));
        }
        return ways;
    }

    // Something has happened already. Where a link takes it back, that is all there is to do.
    private static boolean isAlarm(Mail mail) {
        return !asks(mail.kind())
                && mail.kind() != Kind.TEST
                && value(mail, Value.LINK).isEmpty();
    }

    private static List<String> asides(Mail mail, Texts texts, String app) {
        var asides = new ArrayList<String>();
        value(mail, Value.MINUTES)
                .map(Integer::parseInt)
                .ifPresent(minutes -> asides.add(life(minutes, isOnlyLink(mail), texts)));
        if (mail.kind() != Kind.TEST) {
            asides.add(stranger(mail, texts, app));
        }
        value(mail, Value.NETWORK).ifPresent(network -> asides.add(texts.text("mail.network", network)));
        return asides;
    }

    private static String life(int minutes, boolean isOnlyLink, Texts texts) {
        if (minutes < MINUTES_OF_HOURS) {
            var number = Integer.toString(minutes);
            return isOnlyLink ? texts.text("mail.link_minutes", number) : texts.text("mail.minutes", number);
        }
        var number = Integer.toString(minutes / 60);
        return isOnlyLink ? texts.text("mail.link_hours", number) : texts.text("mail.hours", number);
    }

    private static String stranger(Mail mail, Texts texts, String app) {
        if (isAlarm(mail)) {
            return mail.kind() == Kind.ACCOUNT_DELETED
                    ? texts.text("mail.deleted_alarm", app)
                    : texts.text("mail.alarm");
        }
        if (mail.kind() == Kind.EMAIL_CHANGED) {
            return texts.text("mail.undo");
        }
        if (mail.kind() == Kind.SIGN_UP_EXISTING) {
            return texts.text("mail.existing_stranger");
        }
        return isOnlyLink(mail) ? texts.text("mail.link_stranger") : texts.text("mail.stranger");
    }

    // Nothing has happened yet: whoever gets it decides.
    private static boolean asks(Kind kind) {
        return switch (kind) {
            case SIGN_IN, SIGN_UP, SIGN_UP_EXISTING, RECOVER, CHANGE_EMAIL_NEW, CHANGE_EMAIL_OLD -> true;
            case EMAIL_CHANGED, PASSWORD_CHANGED, IDENTITY_LINKED, IDENTITY_UNLINKED, ACCOUNT_DELETED, TEST -> false;
        };
    }

    private static Optional<String> value(Mail mail, Value value) {
        return Optional.ofNullable(mail.values().get(value));
    }
}
