namespace EmailRouting.Smtp;

/// <summary>NOTIFY= of RFC 3461 §4.1. NEVER excludes the others.</summary>
[Flags]
public enum DsnNotify
{
    Never = 0,
    Success = 1,
    Failure = 2,
    Delay = 4,
}
