using Quickstart;

return await Arguments.RunAsync(args, Demo.RunAsync);
