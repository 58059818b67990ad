namespace EmailRouting.Smtp;

/// <summary>RET= of RFC 3461: how much of the message a DSN should return.</summary>
public enum DsnReturn
{
    Full,
    Headers,
}
