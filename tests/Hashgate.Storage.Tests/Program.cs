using Hashgate.Storage.Tests.Blobs;

// What tests start as a process of its own, to kill it.
return args switch
{
    ["publish-blobs", var directory] => await BlobCrashTests.PublishForeverAsync(directory),
    _ => 2,
};
