package dev.symbolon.page;

import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Ticket;
import dev.symbolon.web.Form;
import java.util.List;
import java.util.Optional;

/// The steps of a sign-in, each a page with a form that comes back to the path of its own. Every form posts
/// `interaction` and `csrf`; `action=cancel` goes back without signing in.
public sealed interface StepPage extends Page {
    /// What stands around a step.
    Frame frame();

    /// What every step knows.
    ///
    /// @param app what the person wants to go on to
    /// @param interaction the sealed request, handed back as it is
    /// @param csrf shows that the form was ours
    /// @param cancellable whether there is somewhere to go back to without signing in
    record Frame(App app, String interaction, String csrf, boolean cancellable) {
        /// The address of another step of the same request.
        public String href(String path) {
            return path + "?interaction=" + Form.encode(interaction);
        }
    }

    /// Another way to sign in: a button.
    ///
    /// @param id what the button posts as `connection`
    /// @param icon which mark stands on it
    /// @param label for example `GitHub`
    record Way(String id, Connection.Icon icon, String label) {
        /// The button of a connection.
        public static Way of(Connection connection) {
            return new Way(connection.id().value(), connection.icon(), connection.label());
        }
    }

    /// Who are you? Posts `username` and `password` to `/login`; `action=code` asks for a code by mail, a button
    /// of another way posts `connection=<id>`.
    ///
    /// @param email what stands in the field, empty when nothing is known
    /// @param passwords whether there is a field for a password
    /// @param codes whether a code can be sent by mail
    /// @param ways other servers
    /// @param waysFirst whether those are what a person meets first
    /// @param signUp where "create an account" leads, where that is offered
    /// @param recover where "forgot your password" leads, where that is offered
    record Login(
            Frame frame,
            String email,
            Optional<Notice> notice,
            boolean passwords,
            boolean codes,
            List<Way> ways,
            boolean waysFirst,
            Optional<String> signUp,
            Optional<String> recover)
            implements StepPage {
        public Login {
            ways = List.copyOf(ways);
        }

        /// Whether there is a field for an address at all.
        public boolean hasForm() {
            return passwords || codes;
        }
    }

    /// Who will you be? Posts `name`, `username` and `password` to `/signup`.
    ///
    /// @param ways other servers, whose people need no password here
    record SignUp(Frame frame, String name, String email, Optional<Notice> notice, List<Way> ways) implements StepPage {
        public SignUp {
            ways = List.copyOf(ways);
        }
    }

    /// What stands in the mail? Posts `ticket` and `code` to `/verify`; `action=resend` asks for another mail.
    ///
    /// @param ticket what the browser carries, handed back as it is
    /// @param address where the mail went
    /// @param kind what the code is for
    /// @param back where a mistyped address is typed anew
    record Code(Frame frame, String ticket, Ticket.Kind kind, String address, String back, Optional<Notice> notice)
            implements StepPage {}

    /// Which address? Posts `username` to `/recover`.
    record Recover(Frame frame, String email, Optional<Notice> notice) implements StepPage {}

    /// Which password from now on? Posts `proof` and `password` to `/recover`.
    ///
    /// @param proof that the mail was read, handed back as it is
    /// @param isNew whether it is the first one of an account that is made with it
    /// @param email whose password it is, for the password manager too
    record NewPassword(Frame frame, String proof, boolean isNew, String email, Optional<Notice> notice)
            implements StepPage {}

    /// May the two be connected? Posts `action=connect` or `action=skip` to `/connect`.
    ///
    /// @param who the account here
    /// @param provider the other server, as its button calls it
    /// @param shownAs the person there
    record Connect(Frame frame, Who who, String provider, String shownAs) implements StepPage {}

    /// May the application? Posts `action=allow`, `action=deny` or `action=another` to `/consent`.
    ///
    /// @param who the account that gives
    /// @param asks one line each, in the order shown; [ScopeLine#of] makes them
    /// @param api the name of the API that declares `permissions`, if any are asked for
    /// @param returnsTo where the browser goes afterwards, as a person reads it: a host, or a native app's scheme
    record Consent(
            Frame frame,
            Who who,
            List<ScopeLine> asks,
            Optional<String> api,
            List<ScopeLine> permissions,
            Optional<String> returnsTo)
            implements StepPage {
        public Consent {
            asks = List.copyOf(asks);
            permissions = List.copyOf(permissions);
        }
    }

    /// Which of your accounts? Posts `session=<id>` or `action=another` to `/accounts`.
    record Accounts(Frame frame, List<Who> accounts) implements StepPage {
        public Accounts {
            accounts = List.copyOf(accounts);
        }
    }
}
