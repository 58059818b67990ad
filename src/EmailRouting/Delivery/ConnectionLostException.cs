namespace EmailRouting.Delivery;

/// <summary>A connection to a remote host broke, ran into a limit of time, was given up, or carried something that is not SMTP. It cannot be used again.</summary>
internal sealed class ConnectionLostException(string message, Exception? inner) : Exception(message, inner);
