from e4 import *
import warnings; warnings.simplefilter('ignore')
cfg=[('l0 cap1',dict(l2=0.,cap=1.)),('l0 cap2',dict(l2=0.,cap=2.)),('l0 cap4',dict(l2=0.,cap=4.)),('l0 cap10',dict(l2=0.,cap=10.)),('l1 cap1',dict(cap=1.)),('l1 cap2',dict(cap=2.)),('l1 cap4',dict(cap=4.)),('l1 cap2 mss1',dict(cap=2.,mss=1)),('l0 cap2 mss1',dict(l2=0.,cap=2.,mss=1)),('l1 mss20 base0',dict(base=0.)),('l0 mss20 base0',dict(base=0.,l2=0.)),('l0 mch1 mss20',dict(mch=1.,l2=0.)),('l0 mch.1 mss20',dict(mch=.1,l2=0.)),('l10',dict(l2=10.))]
for k in ('q255','tails32'):
    CD=[]
    for w in ws:
        X,y,Z,z=W[w]; cuts=[S[k](X[:,j],y) for j in range(15)]; CD.append((cuts,(encode(X,cuts),encode(Z,cuts))))
    for c,kw in cfg:
        R=[AP(W[w][3],fit_predict(W[w][0],W[w][1],W[w][2],cd[0],codes=cd[1],**kw)) for w,cd in zip(ws,CD)]
        print(f'{k:10s} {c:16s} mean {np.mean(R):.4f} sd {np.std(R):.4f} base {R[4]:.4f}',flush=True)
