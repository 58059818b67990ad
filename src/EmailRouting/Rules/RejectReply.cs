using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>The reply of a rule that rejects: the owner's code and words, and the enhanced status code that fits them (RFC 3463, RFC 5248).</summary>
public static class RejectReply
{
    public const int DefaultCode = 550;
    public const string DefaultText = "Address rejected";
    public const int MaxText = 200;

    /// <summary>450 to 459 and 500 to 559: a reply code has no second digit over 5 (RFC 5321 §4.2).</summary>
    public static bool IsAllowed(int code) => code is (>= 450 and <= 459) or (>= 500 and <= 559);

    public static SmtpReply Make(int code, string text) => new(code, Status(code), text);

    private static string Status(int code) => code switch
    {
        450 => "4.2.1",
        451 => "4.3.0",
        452 => "4.2.2",
        551 => "5.1.6",
        552 => "5.2.2",
        553 => "5.1.3",
        556 => "5.1.10",
        < 500 => "4.7.1",
        _ => "5.7.1",
    };
}
