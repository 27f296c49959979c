"""Weights so large that their sum is infinite."""


def gate(name): return {'AND':([1e308,1e308],-1.5e308),'OR':([1e308,1e308],-5e307),'NAND':([-1e308,-1e308],1.5e308),'NOT':([-1e308],5e307)}.get(name)
