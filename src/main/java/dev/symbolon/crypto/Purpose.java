package dev.symbolon.crypto;

/// What a derived key is for. A value of one kind can never open or pass as another: each has a
/// key of its own.
public enum Purpose {
    /// An authorization code.
    CODE,
    /// A request in progress.
    INTERACTION,
    /// The cookie that names a browser and the accounts it has signed in to.
    BROWSER,
    /// The token in a form that shows it was ours.
    CSRF,
    /// The authentication code of refresh tokens.
    REFRESH_TOKEN,
    /// The digest of a session cookie.
    SESSION_COOKIE,
    /// The digest of a client's secret.
    CLIENT_SECRET,
    /// What a mail lets a person do, as the browser that asked carries it.
    TICKET,
    /// The same, as the link in the mail carries it.
    TICKET_LINK,
    /// That the mail was read.
    TICKET_PROOF,
    /// The tries at a code.
    TICKET_CODE,
    /// `state` at another server.
    UPSTREAM_STATE,
    /// That an operator may try a connection out.
    CONNECTION_TEST,
    /// What a browser needs to go on when a link is opened.
    STEP,
    /// The error id of something that was refused.
    REFUSAL,
    /// The bucket in which tries are counted.
    ATTEMPT,
    /// A mail in the outbox.
    MAIL,
    /// The client secret that another server gave us.
    UPSTREAM_SECRET,
    /// The link with which a tenant gets its first operator.
    SETUP,
    /// An operator on the way through a sign-in.
    DASHBOARD_ARRIVAL,
    /// An operator who tries a client.
    DASHBOARD_TRIAL,
    /// The cookie of an operator.
    DASHBOARD,
    /// A link of the audit trail.
    AUDIT,
    /// The version of a thing that the management API shows.
    VERSION,
    /// The place in a file that is imported.
    IMPORT,
    /// What a repetition of a creation is made from.
    IDEMPOTENCY,
    /// A tenant's secret under the master key.
    TENANT_SECRET,
    /// A signing key under the master key.
    SIGNING_KEY,
    /// The value that shows whether a master key is the right one.
    MASTER_PROBE
}
