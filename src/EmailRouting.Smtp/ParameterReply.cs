namespace EmailRouting.Smtp;

/// <summary>What is wrong with a parameter of MAIL or RCPT, as the reply to give (RFC 5321 §4.1.1.11, RFC 3463 §3.6).</summary>
internal static class ParameterReply
{
    public static readonly SmtpReply Malformed = new(501, "5.5.4", "A parameter is KEYWORD or KEYWORD=value");

    public static SmtpReply Unknown(ReadOnlySpan<char> keyword) => new(555, "5.5.4", $"Parameter {keyword} is not offered here");

    public static SmtpReply Duplicate(string keyword) => new(501, "5.5.4", $"{keyword} may be given once");

    public static SmtpReply BadValue(string keyword, string allowed) => new(501, "5.5.4", $"{keyword} must be {allowed}");
}
