namespace EmailRouting.Fuzz;

/// <summary>One parser and what must hold of it for every input.</summary>
public abstract class FuzzTarget
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new CommandTarget(), new AddressTarget(), new DotTarget(), new ReplyTarget(),
        new SpfTarget(), new MtaStsTarget(), new DmarcRecordTarget(), new AuthorTarget(), new SrsTarget(),
    ];

    /// <summary>The target's name on the command line and of its file of seeds.</summary>
    public abstract string Name { get; }

    /// <summary>Throws where something does not hold.</summary>
    /// <param name="input">What the parser gets.</param>
    /// <param name="random">For choices beside the input, such as where to cut it.</param>
    public abstract void Run(byte[] input, Random random);

    /// <summary>Runs inputs made from the seeds until it is told to stop, and names the first that fails.</summary>
    /// <returns>How many inputs were run.</returns>
    public long RunMany(int seed, Func<long, bool> more)
    {
        var random = new Random(seed);
        var mutator = new Mutator(SeedFile.Read(Name), random);
        long runs = 0;
        for (; more(runs); runs++)
        {
            byte[] input = mutator.Next();
            try
            {
                Run(input, random);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{Name}, seed {seed}, input {runs}: {Convert.ToHexString(input)}", e);
            }
        }

        return runs;
    }

    protected static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Does not hold: {rule}");
        }
    }
}
