using EmailRouting.Fuzz;
using Xunit;

namespace EmailRouting.Smtp.Tests;

public sealed class FuzzTargetTests
{
    private const int Inputs = 20_000;

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    [Theory, MemberData(nameof(Targets))]
    public void What_must_hold_for_every_input_holds(string name)
    {
        FuzzTarget target = FuzzTarget.All.Single(target => target.Name == name);

        Assert.Equal(Inputs, target.RunMany(seed: 2, runs => runs < Inputs));
    }
}
