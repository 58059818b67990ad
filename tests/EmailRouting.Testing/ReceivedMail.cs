namespace EmailRouting.Testing;

/// <summary>A message as it arrived at a scripted server.</summary>
/// <param name="Mail">The MAIL command, whole.</param>
/// <param name="Rcpt">The RCPT command, whole.</param>
/// <param name="Wire">The bytes between the reply to DATA and the reply to the dot, both ends and all dots included.</param>
/// <param name="Content">The same with the dots undone.</param>
/// <param name="Connection">Which connection brought it, counted from 1.</param>
public sealed record ReceivedMail(string Mail, string Rcpt, byte[] Wire, byte[] Content, int Connection);
