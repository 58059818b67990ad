using Xunit.Sdk;
using Xunit.v3;

// A server and a browser for each class: several of them at once would only wait for one another.
[assembly: Parallelization(Mode = ParallelMode.None)]
