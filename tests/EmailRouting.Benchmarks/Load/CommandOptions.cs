using System.Globalization;
using System.Net;

namespace EmailRouting.Benchmarks.Load;

/// <summary>The options of one command: <c>--name value</c>, or <c>--name</c> alone where it is a switch.</summary>
internal sealed class CommandOptions
{
    private readonly List<(string Name, string Value)> _given = [];

    /// <param name="args">What follows the command.</param>
    /// <param name="allowed">Every option; one that takes a value is followed by a space and what the value is: <c>--size BYTES</c>.</param>
    /// <exception cref="UsageException">One that is not allowed, or without its value.</exception>
    public CommandOptions(ReadOnlySpan<string> args, params ReadOnlySpan<string> allowed)
    {
        string all = string.Join(", ", allowed!);
        for (int i = 0; i < args.Length; i++)
        {
            string? option = Find(allowed, args[i]) ?? throw new UsageException($"{args[i]} is no option; allowed: {all}");
            if (option.Length == args[i].Length)
            {
                _given.Add((args[i], string.Empty));
            }
            else if (i + 1 < args.Length)
            {
                _given.Add((args[i], args[++i]));
            }
            else
            {
                throw new UsageException($"{args[i]} has no value; allowed: {option}");
            }
        }
    }

    public bool Has(string name) => _given.Exists(option => option.Name == name);

    public string? Text(string name) => _given.FindLast(option => option.Name == name).Value;

    public string[] Texts(string name) => [.. _given.Where(option => option.Name == name).Select(option => option.Value)];

    /// <exception cref="UsageException">No number, or out of range.</exception>
    public int Number(string name, int otherwise, int least, int most) =>
        Text(name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most ? number
        : throw new UsageException($"{name} is '{text}'; allowed: {least} to {most}");

    /// <exception cref="UsageException">Missing, or no address with a port.</exception>
    public IPEndPoint EndPoint(string name)
    {
        string text = Text(name) ?? throw new UsageException($"{name} is missing; allowed: an IP address and a port, such as 127.0.0.1:2525");
        string address = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + text["localhost".Length..] : text;
        return IPEndPoint.TryParse(address, out IPEndPoint? endPoint) && endPoint.Port != 0
            ? endPoint
            : throw new UsageException($"{name} is '{text}'; allowed: an IP address or localhost, and a port, such as 127.0.0.1:2525");
    }

    private static string? Find(ReadOnlySpan<string> allowed, string name)
    {
        foreach (string option in allowed)
        {
            if (option.AsSpan(0, option.IndexOf(' ') is > 0 and int end ? end : option.Length).SequenceEqual(name))
            {
                return option;
            }
        }

        return null;
    }
}
