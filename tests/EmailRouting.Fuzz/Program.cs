// Deterministic fuzzing of what reads a stranger's octets: dotnet run --project tests/EmailRouting.Fuzz -- --seconds 60 --seed 1 --target dot
using System.Diagnostics;
using System.Globalization;
using EmailRouting.Fuzz;

int seconds = 10;
int seed = 1;
string? only = null;

for (int i = 0; i < args.Length; i += 2)
{
    string value = i + 1 < args.Length ? args[i + 1] : string.Empty;
    bool isUnderstood = args[i] switch
    {
        "--seconds" => int.TryParse(value, CultureInfo.InvariantCulture, out seconds),
        "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
        "--target" => FuzzTarget.All.Any(target => target.Name == (only = value)),
        _ => false,
    };

    if (!isUnderstood)
    {
        Console.Error.WriteLine($"usage: [--seconds N] [--seed N] [--target {string.Join('|', FuzzTarget.All.Select(target => target.Name))}]");
        return 2;
    }
}

foreach (FuzzTarget target in FuzzTarget.All.Where(target => only is null || target.Name == only))
{
    try
    {
        long start = Stopwatch.GetTimestamp();
        long runs = target.RunMany(seed, _ => Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: {runs} inputs, all hold"));
    }
    catch (InvalidOperationException e)
    {
        Console.Error.WriteLine($"{e.Message}\n{e.InnerException}");
        return 1;
    }
}

return 0;
