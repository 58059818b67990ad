using EmailRouting.Server.Cli;
using EmailRouting.Server.Hosting;

return await CommandLine.RunAsync(args, Serve.RunAsync);
