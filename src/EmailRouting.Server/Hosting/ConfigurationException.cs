namespace EmailRouting.Server.Hosting;

/// <summary>A setting that the program cannot work with: the message is one line with the key, the value and what is allowed.</summary>
internal sealed class ConfigurationException(string message) : Exception(message);
