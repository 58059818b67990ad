namespace EmailRouting.Smtp;

/// <summary>BODY= of RFC 6152.</summary>
public enum BodyType
{
    SevenBit,
    EightBitMime,
}
