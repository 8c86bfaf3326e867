package dev.symbolon.mail;

import dev.symbolon.oauth.OneLine;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/// Hands letters to a mail server (RFC 5321, RFC 6409): with TLS unless that is on this machine, its name checked,
/// and within bounds of time.
final class Smtp {
    /// Connecting, each answer and each piece of a letter have so long.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int PERMANENT = 500;
    private static final int ANSWER_MAX_CHARACTERS = 300;

    private final MailServer server;
    private final Session session;

    Smtp(MailServer server, SSLSocketFactory tls) {
        this.server = server;
        this.session = Session.getInstance(properties(server, tls));
    }

    /// What the server said.
    ///
    /// @param isFinal it was taken, or will never be
    record Outcome(boolean isTaken, boolean isFinal, String answer) {}

    private static Properties properties(MailServer server, SSLSocketFactory tls) {
        var all = new Properties();
        var patience = Long.toString(PATIENCE.toMillis());
        for (var name : new String[] {"connectiontimeout", "timeout", "writetimeout"}) {
            all.put("mail.smtp." + name, patience);
        }
        all.put("mail.smtp.ssl.enable", Boolean.toString(server.isImplicitTls()));
        all.put("mail.smtp.ssl.checkserveridentity", "true");
        all.put("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
        all.put("mail.smtp.ssl.socketFactory", tls);
        all.put("mail.smtp.starttls.enable", "true");
        all.put("mail.smtp.starttls.required", Boolean.toString(!server.isImplicitTls() && !server.isHere()));
        all.put("mail.smtp.auth", Boolean.toString(server.login().isPresent()));
        all.put("mail.mime.allowutf8", "true");
        return all;
    }

    /// Hands one letter over.
    ///
    /// @param id names it for ever; it is the same when it is tried again
    Outcome send(Letter letter, String id, String issuerHost, Instant now) {
        try (var transport = (SMTPTransport) session.getTransport("smtp")) {
            var message = message(letter, "<" + id + "@" + issuerHost + ">", now);
            transport.setReportSuccess(false);
            if (server.login().isPresent()) {
                var login = server.login().get();
                transport.connect(server.host(), server.port(), login.user(), login.password());
            } else {
                transport.connect(server.host(), server.port(), null, null);
            }
            transport.sendMessage(message, message.getAllRecipients());
            return new Outcome(true, true, shown(transport.getLastServerResponse()));
        } catch (AuthenticationFailedException e) {
            return new Outcome(false, false, shown("The mail server refuses our user and password: " + e.getMessage()));
        } catch (AddressException e) {
            return new Outcome(false, true, "This is no address that mail can go to.");
        } catch (MessagingException e) {
            return new Outcome(false, code(e) >= PERMANENT, shown(sentence(e)));
        }
    }

    private MimeMessage message(Letter letter, String messageId, Instant now) throws MessagingException {
        var message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", messageId);
            }
        };
        try {
            message.setFrom(new InternetAddress(server.from(), letter.from(), StandardCharsets.UTF_8.name()));
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
        message.setRecipients(Message.RecipientType.TO, new Address[] {new InternetAddress(letter.to(), true)});
        message.setSubject(letter.subject(), StandardCharsets.UTF_8.name());
        message.setSentDate(Date.from(now));
        // RFC 3834: no machine answers this.
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setHeader("Content-Language", letter.language());
        var both = new MimeMultipart("alternative");
        both.addBodyPart(part(letter.text(), "text/plain"));
        both.addBodyPart(part(letter.html(), "text/html"));
        message.setContent(both);
        message.saveChanges();
        return message;
    }

    private static MimeBodyPart part(String content, String type) throws MessagingException {
        var part = new MimeBodyPart();
        part.setContent(content, type + "; charset=UTF-8");
        return part;
    }

    // RFC 5321 §4.2.1: 5yz is for ever, 4yz for now; no code is trouble on the way. A failure holds others.
    private static int code(MessagingException failure) {
        var worst = switch (failure) {
            case SMTPAddressFailedException address -> address.getReturnCode();
            case SMTPSenderFailedException sender -> sender.getReturnCode();
            case SMTPSendFailedException send -> send.getReturnCode();
            case SendFailedException _ -> 0;
            default -> 0;
        };
        return failure.getNextException() instanceof MessagingException next ? Math.max(worst, code(next)) : worst;
    }

    private static String sentence(MessagingException failure) {
        var next = failure.getNextException();
        var why = next == null ? "" : ": " + next.getMessage();
        return failure.getMessage() + why;
    }

    private static String shown(String answer) {
        var line =
                OneLine.of(answer == null ? "" : answer.replaceAll("\\s+", " ")).strip();
        return line.length() <= ANSWER_MAX_CHARACTERS ? line : line.substring(0, ANSWER_MAX_CHARACTERS) + "…";
    }
}
