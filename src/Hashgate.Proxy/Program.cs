using Hashgate.Proxy.CommandLine;

return await HashgateCommand.RunAsync(args);
