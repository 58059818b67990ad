namespace EmailRouting.Benchmarks.Load;

/// <summary>An option is wrong; the message says in one line which, and what is allowed.</summary>
internal sealed class UsageException(string message) : Exception(message);
